#include "engine/cli/output/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>

namespace slipring::cli {

void open_log(const std::string& file, int verbosity) {
  std::vector<spdlog::sink_ptr> sinks;
  auto terminal = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  terminal->set_pattern("%v");
  terminal->set_level(verbosity < 0 ? spdlog::level::err : spdlog::level::info);
  sinks.push_back(terminal);
  if (!file.empty()) {
    auto kept = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
    kept->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
    sinks.push_back(kept);
  }
  auto logger = std::make_shared<spdlog::logger>("slipring", sinks.begin(), sinks.end());
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(logger);
}

void log_info(std::string_view text) { spdlog::info("{}", text); }
void log_warning(std::string_view text) { spdlog::warn("{}", text); }
void log_error(std::string_view text) { spdlog::error("{}", text); }

std::string describe(const Error& error) {
  std::string text(error.what);
  if (error.code == ErrorCode::Io && error.actual == EWOULDBLOCK)
    return text;  // `what` says who has it; errno's text says something else
  if (error.code == ErrorCode::Io && error.actual != 0)
    text += fmt::format(": {}", std::generic_category().message(static_cast<int>(error.actual)));
  else if (error.expected != 0 || error.actual != 0)
    text += fmt::format(": expected {}, found {}", error.expected, error.actual);
  if (error.offset != kNoOffset) text += fmt::format(" at 0x{:x}", error.offset);
  return text;
}

std::string_view hint(const Error& error) {
  switch (error.code) {
    case ErrorCode::Truncated:
      return "the file is shorter than it says: fetch it again from its source; convert takes it "
             "as it is with --on-error copy or quarantine";
    case ErrorCode::Malformed:
    case ErrorCode::OutOfRange:
    case ErrorCode::DimensionMismatch:
      return "the object is damaged: look for another copy; convert takes it as it is with "
             "--on-error copy or quarantine";
    case ErrorCode::LimitExceeded:
      return "it is beyond what is ever read, so probably damaged or hostile; convert takes it as "
             "it is with --on-error copy or quarantine";
    case ErrorCode::Io:
      return "check the disk and the permissions, then run the same command again";
    case ErrorCode::Changed:
    case ErrorCode::Vanished:
      return "run the same command again when nobody writes to the source";
    case ErrorCode::NoMemory:
      return "this machine had too little memory left: run the same command again, with fewer "
             "threads (-j) or when others need less";
    case ErrorCode::Exists:
      return "choose an empty output directory, or move the other file away";
    case ErrorCode::Mismatch:
      return "keep the source; this is a defect of slipring or of the disk: report it";
    default:
      return "";
  }
}

std::string_view hint(const dicom::Record& record) {
  if (record.error->code == ErrorCode::Vanished && record.path.ends_with('\r'))
    return "the list of files has lines as Windows ends them: take the carriage returns off";
  return hint(*record.error);
}

}  // namespace slipring::cli
