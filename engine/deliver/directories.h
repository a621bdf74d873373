// Directories beneath the output root: opened without following a link, made when missing, kept
// open while they are used, and synced once per batch. Deliver's own; one caller at a time.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/deliver/descriptor.h"

namespace slipring::deliver {

struct Directory {
  Descriptor descriptor;
  std::string path;  // relative to the root; "" is the root
  unsigned depth = 0;
  bool touched = false;  // got an entry since the last sync_touched()
};

class Directories {
 public:
  // `durable`: sync_touched() does sync, and an opened directory's own entry is synced with it.
  Directories(std::shared_ptr<Directory> root, bool durable)
      : root_(std::move(root)), durable_(durable) {}

  // The directory of a checked name (see check_name): makes and opens what is missing. Errors: Io.
  [[nodiscard]] Result<std::shared_ptr<Directory>> of(std::string_view name);

  // An entry was made in it.
  void touch(const std::shared_ptr<Directory>& directory);

  // Syncs what was touched, parents first. A directory whose sync failed stays failed: error_of().
  void sync_touched();

  // The error that makes entries of `directory` not durable, of itself or of one above it; null
  // when none.
  [[nodiscard]] const Error* error_of(const Directory& directory) const;

 private:
  [[nodiscard]] std::shared_ptr<Directory> cached(std::string_view path);
  void remember(std::shared_ptr<Directory> directory);
  [[nodiscard]] Result<std::shared_ptr<Directory>> open_in(const std::shared_ptr<Directory>& parent,
                                                           std::string_view path);

  std::shared_ptr<Directory> root_;
  bool durable_;
  std::list<std::shared_ptr<Directory>> recent_;  // most recently used first
  std::unordered_map<std::string_view, std::list<std::shared_ptr<Directory>>::iterator> by_path_;
  std::vector<std::shared_ptr<Directory>> touched_;
  std::map<std::string, Error, std::less<>> failed_;
};

}  // namespace slipring::deliver
