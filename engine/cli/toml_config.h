// --config file.toml: options of a command under its name, as they are on the command line without
// "--":
//   [convert]
//   to = "j2k-lossless"
//   threads = 8
// Named peers have tables of their own, kept for whoever looks one up:
//   [peer.vna]
//   host = "10.1.2.3"
//   port = 11112
//   call = "VNA"
// A flag beats the environment (SLIPRING_THREADS ...), which beats the file. The only door to
// toml++.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Config;
}  // namespace CLI

namespace slipring::cli {

// name -> key -> value, as written.
using PeerTable = std::map<std::string, std::map<std::string, std::string>>;

// `peers` is filled when the file is read; both must outlive the configuration. What is no option
// of a command of `app`, nor of a peer, is an error of the file.
[[nodiscard]] std::shared_ptr<CLI::Config> toml_config(const CLI::App& app, PeerTable& peers);

// The values of a TOML text that stand at its top or in a table of it, in order of their names.
struct TomlEntry {
  std::string table;  // "" at the top
  std::string key;
  std::string value;  // text as it is; numbers and true, false as text
};
// Throws std::runtime_error: no TOML, or values deeper down.
[[nodiscard]] std::vector<TomlEntry> toml_entries(std::string_view text);

}  // namespace slipring::cli
