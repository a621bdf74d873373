// Where temporary files are made: unnamed in the output root, or, where the file system cannot,
// under .slipring/tmp with names of this run. Deliver's own.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "engine/deliver/temp_file.h"

namespace slipring::deliver {

class TemporaryRoom {
 public:
  // `root` is the output root's descriptor and outlives the room. Removes what dead runs left.
  // Errors: Io.
  [[nodiscard]] static Result<std::unique_ptr<TemporaryRoom>> open(int root, Temporaries wanted);

  // Thread safe. Fills file, directory and name. Errors: Io.
  [[nodiscard]] Result<void> create(Descriptor& file, std::shared_ptr<Descriptor>& directory,
                                    std::string& name);

 private:
  explicit TemporaryRoom(int root) : root_(root) {}
  [[nodiscard]] Result<void> open_named(bool make);

  int root_;
  std::shared_ptr<Descriptor> named_;  // .slipring/tmp; null: unnamed
  Descriptor lock_;
  std::atomic<std::uint64_t> next_{0};
};

}  // namespace slipring::deliver
