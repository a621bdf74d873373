#include <memory>

#include "engine/cli/query/query_commands.h"
#include "engine/cli/query/query_run.h"
#include "engine/cli/query/query_words.h"
#include "engine/dimse/service/query.h"

namespace slipring::cli {

namespace {

struct FindOptions {
  std::vector<std::string> peer;
  PeerOptions options;
  QueryWords words;
  std::uint64_t limit = 0;
};

int run_find(const Context& context, const FindOptions& options) {
  LevelQuery query = level_query(options.words, true);
  QueryRun run;
  run.command = "find";
  run.sop_class = query.patient_root ? dimse::query_classes::kPatientRootFind
                                     : dimse::query_classes::kStudyRootFind;
  run.keys = std::move(query.keys);
  run.columns = std::move(query.columns);
  run.limit = options.limit;
  return run_query(context, choose_peer(context, options.peer, options.options), run);
}

}  // namespace

void add_find(Command& app, Context& context) {
  auto options = std::make_shared<FindOptions>();
  Command command = add_command(app, context, "find", "asks a peer what it holds (C-FIND)",
                                [options, &context] { return run_find(context, *options); });
  command.add_option("peer", options->peer, kPeerHelp).required().words(1, 2);
  add_key_option(command, options->words.keys);
  add_level_options(command, options->words);
  add_limit_option(command, options->limit);
  add_peer_options(command, options->options);
  command.footer(
      "Shows the attributes asked for; without any, those customary at the level. Matches are "
      "what\n"
      "was asked for: they hold patients' attributes. Exit 4 when nothing matches.");
}

}  // namespace slipring::cli
