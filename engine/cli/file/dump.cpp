#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <memory>

#include "engine/cli/commands.h"
#include "engine/cli/file/element_text.h"
#include "engine/cli/file/one_file.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/dictionary.h"
#include "engine/dicom/escape.h"

namespace slipring::cli {

namespace {

struct DumpOptions {
  std::string file;
  bool phi = false;
  bool meta_only = false;
};

// dcmdump's shape: tag, VR, value, length, keyword; indented by depth, with the offset of the
// element.
void print_element(const Context& context, const dicom::DataSet& data_set, std::size_t index,
                   bool phi) {
  const dicom::Element& element = data_set.tape()[index];
  if (context.json) {
    Json json = line("element");
    json["tag"] = dicom::to_string(element.tag);
    json["path"] = data_set.path_of(index);
    json["vr"] = element.is_attribute() ? std::string(dicom::name(element.vr())) : "";
    json["depth"] = static_cast<unsigned>(element.depth);
    if (element.undefined_length())
      json["length"] = nullptr;
    else
      json["length"] = element.length;
    json["offset"] = element.header_offset();
    json["keyword"] = dicom::keyword(element.tag);
    if (element.is_attribute() && !element.undefined_length() && element.vr() != dicom::VR::SQ)
      json["value"] = dicom::json_text(value_text(data_set, element, phi));
    return print(json);
  }
  if (element.synthetic()) return;
  const std::string indent(std::size_t{2} * element.depth, ' ');
  const std::string length = element.undefined_length() ? "u/l" : std::to_string(element.length);
  fmt::print("{}{} {} {:<44} # {:>8} @0x{:x} {}\n", indent, dicom::to_string(element.tag),
             element.is_attribute() ? dicom::name(element.vr()) : "  ",
             dicom::terminal_text(value_text(data_set, element, phi)), length,
             element.header_offset(), dicom::keyword(element.tag));
}

void print_tape(const Context& context, const dicom::DataSet& data_set, bool phi) {
  for (std::size_t i = 0; i < data_set.tape().size(); ++i) print_element(context, data_set, i, phi);
}

int dump(const Context& context, const DumpOptions& options) {
  OneFile one;
  if (const auto exit = open_one(context, options.file, one)) return *exit;
  const dicom::Scanned& scanned = one.scanned;
  if (!context.json)
    fmt::print(
        "# {}: {}, {}\n", dicom::terminal_text(options.file), dicom::name(scanned.kind),
        scanned.actual == nullptr ? "unknown transfer syntax" : dicom::display(*scanned.actual));
  print_tape(context, scanned.meta(), options.phi);
  if (!options.meta_only) print_tape(context, scanned.data_set(), options.phi);
  if (!scanned.error) return kExitOk;
  std::fflush(stdout);
  if (context.json) print(error_line(options.file, *scanned.error));
  log_error(fmt::format("slipring: {}: {} ({})", options.file, describe(*scanned.error),
                        hint(*scanned.error)));
  return kExitObjects;
}

}  // namespace

void add_dump(Command& app, Context& context) {
  auto options = std::make_shared<DumpOptions>();
  Command command = add_command(app, context, "dump", "the elements of one file, with offsets",
                                [options, &context] { return dump(context, *options); });
  command.add_option("file", options->file, "the file").required();
  command.add_flag("--phi", options->phi, "show names and patients' attributes too");
  command.add_flag("--meta", options->meta_only, "the file meta information only");
}

}  // namespace slipring::cli
