#include "engine/cli/ledger_place.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/log.h"

namespace slipring::cli {

std::string ledger_place(const std::string& named) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(named, ignored)) return named;
  std::string inside = named + "/.slipring/ledger.db";
  if (std::filesystem::exists(inside, ignored)) return inside;
  return ledger::state_path(std::array{named});
}

std::unique_ptr<ledger::Ledger> open_ledger(const std::string& named, int& exit_code) {
  const std::string path = ledger_place(named);
  auto opened = ledger::Ledger::open(path, ledger::Ledger::Mode::Read);
  if (opened) return std::move(*opened);
  std::error_code ignored;
  if (std::filesystem::is_directory(named, ignored) && !std::filesystem::exists(path, ignored))
    log_error(
        fmt::format("slipring: {}: it has no ledger, neither in .slipring nor as {}; the last "
                    "line of a job names the ledger it keeps",
                    named, path));
  else
    log_error(fmt::format("slipring: {}: {}", path, describe(opened.error())));
  exit_code = kExitLedger;
  return nullptr;
}

}  // namespace slipring::cli
