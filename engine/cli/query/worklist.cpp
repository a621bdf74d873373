#include <algorithm>
#include <memory>

#include "engine/cli/query/query_commands.h"
#include "engine/cli/query/query_run.h"
#include "engine/cli/query/query_words.h"
#include "engine/dimse/service/query.h"

namespace slipring::cli {

namespace {

struct WorklistOptions {
  std::vector<std::string> peer;
  PeerOptions options;
  std::vector<std::string> keys;
  std::string date;
  std::string modality;
  std::string station;
  std::uint64_t limit = 0;
};

// What a modality needs to know (PS3.4 table K.6-1), in the order people read it.
constexpr const char* kColumns[] = {
    "ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate",
    "ScheduledProcedureStepSequence.ScheduledProcedureStepStartTime",
    "ScheduledProcedureStepSequence.Modality",
    "ScheduledProcedureStepSequence.ScheduledStationAETitle",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "AccessionNumber",
    "RequestedProcedureID",
    "RequestedProcedureDescription",
    "ScheduledProcedureStepSequence.ScheduledProcedureStepID",
    "ScheduledProcedureStepSequence.ScheduledProcedureStepDescription",
    "ScheduledProcedureStepSequence.ScheduledPerformingPhysicianName",
    "StudyInstanceUID"};

// The customary attributes with what is to match, then those of -k that are not among them.
std::vector<query::Key> keys_of(const WorklistOptions& options) {
  std::vector<std::string> words(std::begin(kColumns), std::end(kColumns));
  words[0] += "=" + options.date;
  words[2] += "=" + options.modality;
  words[3] += "=" + options.station;
  std::vector<query::Key> keys = parse_keys(words);
  for (query::Key& asked : parse_keys(options.keys)) {
    const auto same = std::ranges::find(keys, asked.path, &query::Key::path);
    if (same != keys.end())
      same->value = std::move(asked.value);
    else
      keys.push_back(std::move(asked));
  }
  return keys;
}

int run_worklist(const Context& context, const WorklistOptions& options) {
  QueryRun run;
  run.command = "worklist";
  run.sop_class = dimse::query_classes::kModalityWorklistFind;
  run.keys = keys_of(options);
  run.columns = run.keys;
  run.limit = options.limit;
  return run_query(context, choose_peer(context, options.peer, options.options), run);
}

}  // namespace

void add_worklist(Command& app, Context& context) {
  auto options = std::make_shared<WorklistOptions>();
  Command command = add_command(app, context, "worklist",
                                "asks a peer what is scheduled (Modality Worklist C-FIND)",
                                [options, &context] { return run_worklist(context, *options); });
  command.add_option("peer", options->peer, kPeerHelp).required().words(1, 2);
  command.add_option("--date", options->date, "scheduled start: 20261129, 20261129-20261201");
  command.add_option("--modality", options->modality, "CT, MR ...");
  command.add_option("--station", options->station, "AE title of the scheduled station");
  add_key_option(command, options->keys);
  add_limit_option(command, options->limit);
  add_peer_options(command, options->options);
  command.footer("Matches hold patients' attributes. Exit 4 when nothing is scheduled.");
}

}  // namespace slipring::cli
