#include "engine/cli/network/session_output.h"

#include <fmt/format.h>

#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::cli {

ingest::Exit exit_of_session(int code) {
  using namespace ingest::exits;
  for (const ingest::Exit& exit :
       {kOk, kObjectsFailed, kUsage, kSourceUnreadable, kNothingToDo, kLedgerFailed, kInterrupted})
    if (exit.code == code) return exit;
  return kPeerFailed;
}

void print_session_start(const Context& context, const std::string& command) {
  if (!context.json) return;
  Json json = line("start");
  json["cmd"] = command;
  json["job"] = "";
  json["ledger"] = "";
  json["threads"] = 1;
  json["version"] = SLIPRING_VERSION;
  print(json);
}

void print_session_summary(const Context& context, const Session& session) {
  if (!context.json) return;
  Json json = line("summary");
  json["seen"] = session.seen;
  json["ok"] = session.ok;
  json["failed"] = session.seen - session.ok;
  json["bytes_in"] = 0;
  json["bytes_out"] = 0;
  json["findings"] = {{"E", 0}, {"W", 0}, {"I", 0}};
  json["balanced"] = true;
  json["seconds"] = session.seconds;
  json["exit_code"] = session.exit_code;
  json["exit_reason"] = exit_of_session(session.exit_code).reason;
  print(json);
}

void print_peer_failure(const Context& context, const std::string& name, const Error& error) {
  const std::string text = dimse::describe_peer_error(error);
  if (context.json) {
    Json json = line("error");
    json["path"] = dicom::json_text(name);
    json["msg"] = text;
    json["hint"] = dimse::worth_retrying(error) ? "it may answer later" : "";
    json["fault"] = dimse::name(dimse::fault_of(error));
    print(json);
  }
  log_error(fmt::format("slipring: {}: {}", dicom::terminal_text(name), text));
}

void warn_of_release(const std::string& name, const Result<void>& released) {
  if (!released)
    log_warning(fmt::format("slipring: {}: {}", dicom::terminal_text(name),
                            dimse::describe_peer_error(released.error())));
}

}  // namespace slipring::cli
