// --config file.toml: options of a command under its name, as they are on the command line without
// "--":
//   [convert]
//   to = "j2k-lossless"
//   threads = 8
// A flag beats the environment (SLIPRING_THREADS ...), which beats the file. The only door to
// toml++.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

namespace slipring::cli {

[[nodiscard]] std::shared_ptr<CLI::Config> toml_config();

}  // namespace slipring::cli
