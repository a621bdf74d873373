#include <fmt/format.h>

#include <cstdio>

#include "engine/cli/commands.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/transcode/targets.h"

namespace slipring::cli {

namespace {

std::string_view loss_name(dicom::Loss loss) {
  switch (loss) {
    case dicom::Loss::None:
      return "native";
    case dicom::Loss::Lossless:
      return "lossless";
    case dicom::Loss::Either:
      return "either";
    case dicom::Loss::Lossy:
      return "lossy";
  }
  return "";
}

void print_syntax(const Context& context, const dicom::TransferSyntax& syntax) {
  const std::string_view reads = transcode::decoded_by(syntax);
  const bool writes = transcode::why_not_a_target(syntax).empty();
  const bool with_loss = transcode::why_not_a_target(syntax, true).empty();
  if (context.json) {
    Json json = line("transfer_syntax");
    json["uid"] = syntax.uid;
    json["name"] = syntax.name;
    json["keyword"] = syntax.keyword;
    json["short_name"] = syntax.short_name;
    json["kind"] = loss_name(syntax.loss);
    json["retired"] = syntax.retired;
    json["reads"] = !reads.empty();
    json["writes"] = writes;
    json["writes_lossy"] = with_loss;
    return print(json);
  }
  fmt::print("{:<20} {:<27} {:<9} {:<14} {:<6} {}{}\n", syntax.short_name, syntax.uid,
             loss_name(syntax.loss), reads.empty() ? "-" : reads,
             writes      ? "yes"
             : with_loss ? "lossy"
                         : "-",
             syntax.name, syntax.retired ? " (retired)" : "");
}

int list(const Context& context) {
  if (!context.json)
    fmt::print("{:<20} {:<27} {:<9} {:<14} {:<6} {}\n", "name", "UID", "kind", "decoded by",
               "writes", "PS3.6 name");
  for (const dicom::TransferSyntax& syntax : dicom::transfer_syntaxes())
    print_syntax(context, syntax);
  return kExitOk;
}

}  // namespace

void add_list_ts(Command& app, Context& context) {
  add_command(app, context, "list-ts",
              "transfer syntaxes: names, and what this build reads and writes",
              [&context] { return list(context); });
}

}  // namespace slipring::cli
