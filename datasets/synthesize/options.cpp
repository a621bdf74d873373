#include "datasets/synthesize/options.h"

#include <charconv>
#include <functional>
#include <map>
#include <optional>

namespace slipring::datasets {

namespace {

constexpr std::array<Syntax, 5> kSyntaxes = {{
    {"explicit-le", "1.2.840.10008.1.2.1", true, false, false},
    {"implicit-le", "1.2.840.10008.1.2", false, false, false},
    {"explicit-be", "1.2.840.10008.1.2.2", true, true, false},
    {"rle", "1.2.840.10008.1.2.5", true, false, true},
    {"encapsulated-le", "1.2.840.10008.1.2.1.98", true, false, true},
}};
constexpr std::array<std::string_view, kModalityCount> kModalities = {"CT", "MR", "CR", "US"};

template <class T>
bool read(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

const Syntax* syntax_named(std::string_view name) {
  for (const Syntax& syntax : kSyntaxes)
    if (syntax.name == name) return &syntax;
  return nullptr;
}

// "A:1,B:2" or "A,B": calls take("A", 1) ... until it says no.
bool each_weighted(std::string_view text,
                   const std::function<bool(std::string_view, std::uint32_t)>& take) {
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    const std::size_t colon = one.find(':');
    std::uint32_t weight = 1;
    if (colon != std::string_view::npos && !read(one.substr(colon + 1), weight)) return false;
    if (!take(one.substr(0, colon), weight)) return false;
  }
  return true;
}

bool read_mix(std::string_view text, Options& options) {
  options.mix = {};
  return each_weighted(text, [&](std::string_view name, std::uint32_t weight) {
    for (std::size_t i = 0; i < kModalities.size(); ++i)
      if (kModalities[i] == name) {
        options.mix[i] = weight;
        return true;
      }
    return false;
  });
}

bool read_syntaxes(std::string_view text, Options& options) {
  options.syntaxes.clear();
  return each_weighted(text, [&](std::string_view name, std::uint32_t weight) {
    options.syntaxes.emplace_back(syntax_named(name), weight);
    return options.syntaxes.back().first != nullptr;
  });
}

bool read_defects(std::string_view text, Options& options) {
  options.defects.clear();
  return each_weighted(text, [&](std::string_view name, std::uint32_t) {
    const std::optional<Defect> defect = defect_named(name);
    if (defect) options.defects.push_back(*defect);
    return defect.has_value();
  });
}

bool read_size(std::string_view text, std::uint32_t& value) {
  return read(text, value) && value >= 16 && value <= 16384;
}

using Reader = bool (*)(std::string_view text, Options& options);
const std::map<std::string_view, Reader>& readers() {
  static const std::map<std::string_view, Reader> table = {
      {"--count", [](std::string_view t, Options& o) { return read(t, o.count); }},
      {"--seed", [](std::string_view t, Options& o) { return read(t, o.seed); }},
      {"--mix", read_mix},
      {"--syntax", read_syntaxes},
      {"--ct-size", [](std::string_view t, Options& o) { return read_size(t, o.ct_size); }},
      {"--mr-size", [](std::string_view t, Options& o) { return read_size(t, o.mr_size); }},
      {"--cr-size", [](std::string_view t, Options& o) { return read_size(t, o.cr_size); }},
      {"--us-size", [](std::string_view t, Options& o) { return read_size(t, o.us_size); }},
      {"--us-frames",
       [](std::string_view t, Options& o) { return read(t, o.us_frames) && o.us_frames > 0; }},
      {"--defect-rate",
       [](std::string_view t, Options& o) {
         return read(t, o.defect_rate) && o.defect_rate >= 0 && o.defect_rate <= 1;
       }},
      {"--defects", read_defects},
      {"--sparse-frames", [](std::string_view t, Options& o) { return read(t, o.sparse_frames); }},
      {"--sparse-size", [](std::string_view t, Options& o) { return read_size(t, o.sparse_size); }},
      {"--sparse-syntax",
       [](std::string_view t, Options& o) {
         o.sparse_syntax = syntax_named(t);
         return t == "explicit-le" || t == "encapsulated-le";
       }},
  };
  return table;
}

}  // namespace

std::span<const Syntax> syntaxes() { return kSyntaxes; }
std::string_view name(Modality modality) { return kModalities[static_cast<std::size_t>(modality)]; }

std::string usage() {
  std::string text =
      "synthesize OUT [options]: a deterministic archive of invented DICOM objects below OUT\n\n"
      "  --count N            objects (100)\n"
      "  --seed N             the same seed and options give the same bytes (1)\n"
      "  --mix CT:40,MR:40,CR:10,US:10   modalities and weights\n"
      "  --syntax explicit-le:80,implicit-le:20   transfer syntaxes and weights, chosen by "
      "series;\n"
      "                       explicit-be, rle and encapsulated-le too\n"
      "  --ct-size N --mr-size N --cr-size N --us-size N   rows of an image (512 256 2048 480)\n"
      "  --us-frames N        frames of every fourth ultrasound object (12)\n"
      "  --defect-rate R      part of the files that have a defect, 0 to 1 (0)\n"
      "  --defects A,B        the defects that occur, in turn (all)\n"
      "  --sparse-frames N    also sparse.dcm: one object of N frames of zeros, as a sparse file\n"
      "  --sparse-size N      its rows and columns, 16 bits a pixel (1024)\n"
      "  --sparse-syntax S    explicit-le, or encapsulated-le, which has no limit at 4 GiB\n\n"
      "Defects; a file's name ends with that of its defect:\n";
  for (const DefectRow& row : defects()) {
    text += "  ";
    text += row.name;
    text.append(21 - row.name.size(), ' ');
    text += row.what;
    text += '\n';
  }
  return text;
}

std::string parse_options(std::span<char* const> arguments, Options& options) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--help" || argument == "-h") {
      options.help = true;
      return "";
    }
    const auto reader = readers().find(argument);
    if (reader == readers().end()) {
      if (argument.starts_with("-")) return "unknown option " + std::string(argument);
      if (!options.out.empty()) return "more than one output directory";
      options.out = argument;
      continue;
    }
    if (++i == arguments.size()) return std::string(argument) + " needs a value";
    if (!reader->second(arguments[i], options))
      return std::string(argument) + " cannot be '" + arguments[i] + "'";
  }
  if (options.out.empty()) return "no output directory";
  if (options.syntaxes.empty()) options.syntaxes = {{&kSyntaxes[0], 80}, {&kSyntaxes[1], 20}};
  if (options.defects.empty())
    for (const DefectRow& row : defects()) options.defects.push_back(row.defect);
  return "";
}

}  // namespace slipring::datasets
