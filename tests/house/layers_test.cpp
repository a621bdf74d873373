// Directions: who may include whom. An include goes down or stays in its folder; the few that go
// sideways are named below, with their reason.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <utility>

#include "tests/house/source_tree.h"

namespace slipring::house {
namespace {

// The floor a room lies on: an include must lead to a lower one. Rooms on one floor are neighbours
// that do not know each other: stages, and formats. A room's own folders belong to it.
const std::map<std::string_view, int>& floors() {
  static const std::map<std::string_view, int> table = {
      {"codecs/base", 0},      {"codecs/pixel", 1},
      {"codecs/kernels", 2},   {"codecs/codestream", 4},
      {"codecs/tiles", 5},     {"engine/dicom", 10},
      {"engine/pixels", 11},   {"engine/dimse", 11},
      {"engine/discover", 12}, {"engine/map", 12},
      {"engine/scan", 12},     {"engine/validate", 12},
      {"engine/collate", 12},  {"engine/transcode", 12},
      {"engine/deliver", 12},  {"engine/ledger", 12},
      {"engine/report", 12},   {"engine/ingest", 13},
      {"engine/measure", 13},  {"engine/commitment", 13},
      {"engine/query", 13},    {"engine/receive", 14},
      {"engine/retrieve", 15}, {"engine/print", 14},
      {"engine/cli", 20},      {"engine", 21}};
  return table;
}
// Files in `codecs` itself are the contract and what formats share in keeping it; but the registry
// is the table above the formats. Between contract and formats lies what two formats are built on:
// the JPEG 2000 codestream, and above it what makes a frame of its tiles.
constexpr int kContractFloor = 3;
constexpr int kFormatFloor = 6;
constexpr int kRegistryFloor = 7;

// Sideways, and why: a report reads what the ledger keeps, and has no other source.
const std::vector<std::pair<std::string_view, std::string_view>> kSideways = {
    {"engine/report", "engine/ledger"}};

// The storeys of engine/dimse, lowest first: an include within it leads down too.
constexpr std::string_view kDimseStoreys[] = {"engine/dimse/pdu", "engine/dimse/message",
                                              "engine/dimse/transport", "engine/dimse/association",
                                              "engine/dimse/service"};

std::size_t dimse_storey(std::string_view path) {
  std::size_t storey = 0;
  while (storey < std::size(kDimseStoreys) && !path.starts_with(kDimseStoreys[storey])) ++storey;
  return storey;
}

// "engine/cli" of "engine/cli/output/log.h", "engine" of "engine/main.cpp".
std::string_view room_of(std::string_view path) {
  const std::size_t first = path.find('/');
  const std::size_t second = first == path.npos ? path.npos : path.find('/', first + 1);
  return path.substr(0, second == path.npos ? first : second);
}

int floor_of(std::string_view path) {
  const std::string_view room = room_of(path);
  if (const auto found = floors().find(room); found != floors().end()) return found->second;
  if (room != "codecs") return kFormatFloor;
  return path.starts_with("codecs/registry.") ? kRegistryFloor : kContractFloor;
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

bool is_sideways_allowed(std::string_view from, std::string_view to) {
  for (const auto& [source, target] : kSideways)
    if (room_of(from) == source && room_of(to) == target) return true;
  return false;
}

// What of the codecs tower each folder of the engine may see, beside base and pixel: the
// four that handle pixels see the contract, the table and the kernels, never a format.
bool engine_may_see_codec(std::string_view from, std::string_view to) {
  if (is_below(to, "codecs/base") || is_below(to, "codecs/pixel")) return true;
  if (is_below(to, "codecs/deflate"))  // of whole data sets (PS3.5 A.5)
    return is_below(from, "engine/scan") || is_below(from, "engine/transcode");
  const bool offered = to == "codecs/codec.h" || to == "codecs/registry.h";
  if (!offered && !is_below(to, "codecs/kernels")) return false;
  return is_below(from, "engine/pixels") || is_below(from, "engine/transcode") ||
         is_below(from, "engine/validate") || is_below(from, "engine/measure");
}

bool is_unknown_room(std::string_view path) {
  return is_below(path, "engine") && floors().count(room_of(path)) == 0;
}

std::string wrong_direction(std::string_view from, std::string_view to) {
  if (is_unknown_room(from))
    return "lies in a folder that is on no floor of tests/house/layers_test";
  if (is_below(from, "engine/dimse") && dimse_storey(to) > dimse_storey(from) &&
      is_below(to, "engine/dimse"))
    return "within engine/dimse: pdu, message, transport, association, service";
  if (room_of(from) == room_of(to) && floor_of(from) == floor_of(to)) return "";
  if (is_below(from, "codecs") && !is_below(to, "codecs")) return "codecs knows only codecs";
  if (is_below(from, "datasets") && !is_below(to, "datasets") && !is_below(to, "codecs/base"))
    return "datasets knows only itself and codecs/base";
  // `slipring bench` needs no input: it draws what `synthesize` draws.
  if (is_below(from, "engine/measure") && is_below(to, "datasets/drawing")) return "";
  if (is_below(from, "engine") && !is_below(to, "engine") && !is_below(to, "codecs"))
    return "the engine knows only engine and codecs";
  if (is_below(from, "datasets")) return "";
  if (is_below(from, "engine") && is_below(to, "codecs"))
    return engine_may_see_codec(from, to)
               ? ""
               : "only pixels, transcode, validate and measure see codecs";
  if (is_sideways_allowed(from, to)) return "";
  return floor_of(to) < floor_of(from) ? "" : "an include leads down, not up or sideways";
}

bool is_tower(const Source& source) {
  return is_cpp(source) && (is_below(source.path, "codecs") || is_below(source.path, "engine") ||
                            is_below(source.path, "datasets"));
}

Violations direction_violations(const Sources& all) {
  Violations found;
  for (const Source& source : all) {
    if (!is_tower(source)) continue;
    for (const Include& include : includes_of(source)) {
      if (!include.quoted) continue;
      const std::string wrong = wrong_direction(source.path, include.name);
      if (wrong.empty() || source.path == "codecs/registry.cpp") continue;
      found.push_back(source.path + ":" + std::to_string(include.line) + ": includes " +
                      include.name + ": " + wrong);
    }
  }
  return found;
}

// Quoted includes are paths from the root, so that the rules above can read them.
Violations path_violations(const Sources& all) {
  Violations found;
  for (const Source& source : all) {
    if (!is_cpp(source)) continue;
    for (const Include& include : includes_of(source))
      if (include.quoted &&
          !std::filesystem::exists(std::filesystem::path(SLIPRING_SOURCE_DIR) / include.name))
        found.push_back(source.path + ": " + include.name + " is no path from the root");
  }
  return found;
}

TEST(LayersTest, EveryIncludeLeadsDown) {
  ASSERT_GT(sources().size(), 50U);
  const Violations found = direction_violations(sources());
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(LayersTest, EveryQuotedIncludeIsAPathFromTheRoot) {
  const Violations found = path_violations(sources());
  EXPECT_TRUE(found.empty()) << joined(found);
}

std::size_t violations_of(std::string path, std::string_view included) {
  return direction_violations({{std::move(path), "#include \"" + std::string(included) + "\"\n"}})
      .size();
}

TEST(LayersTest, ACanaryInEveryForbiddenDirectionIsSeen) {
  EXPECT_EQ(violations_of("engine/scan/x.cpp", "engine/validate/validate.h"), 1U);
  EXPECT_EQ(violations_of("engine/scan/x.cpp", "engine/ingest/ingest.h"), 1U);
  EXPECT_EQ(violations_of("engine/dicom/x.h", "engine/scan/scan.h"), 1U);
  EXPECT_EQ(violations_of("engine/dicom/x.h", "engine/pixels/pixels.h"), 1U);
  EXPECT_EQ(violations_of("engine/dimse/pdu/x.h", "engine/scan/scan.h"), 1U);
  EXPECT_EQ(violations_of("engine/dimse/pdu/x.h", "engine/dimse/transport/stream.h"), 1U);
  EXPECT_EQ(violations_of("engine/dimse/transport/x.h", "engine/dimse/association/association.h"),
            1U);
  EXPECT_EQ(violations_of("engine/dimse/service/x.h", "engine/pixels/pixels.h"), 1U);
  EXPECT_EQ(violations_of("engine/ingest/x.h", "engine/cli/cli.h"), 1U);
  EXPECT_EQ(violations_of("engine/ledger/x.h", "engine/report/report.h"), 1U);
  EXPECT_EQ(violations_of("engine/ingest/x.cpp", "codecs/registry.h"), 1U);
  EXPECT_EQ(violations_of("engine/scan/x.cpp", "codecs/codec.h"), 1U);
  EXPECT_EQ(violations_of("engine/transcode/x.cpp", "codecs/rle/rle_codec.h"), 1U);
  EXPECT_EQ(violations_of("engine/map/x.cpp", "codecs/deflate/deflate.h"), 1U);
  EXPECT_EQ(violations_of("engine/scan/x.cpp", "datasets/synthesize/plan.h"), 1U);
  EXPECT_EQ(violations_of("engine/measure/x.cpp", "datasets/synthesize/plan.h"), 1U);
  EXPECT_EQ(violations_of("engine/measure/x.cpp", "engine/ingest/ingest.h"), 1U);
  EXPECT_EQ(violations_of("engine/novelty/x.cpp", "engine/dicom/tag.h"), 1U);
  EXPECT_EQ(violations_of("codecs/rle/x.cpp", "codecs/native/native_codec.h"), 1U);
  EXPECT_EQ(violations_of("codecs/rle/x.cpp", "codecs/registry.h"), 1U);
  EXPECT_EQ(violations_of("codecs/kernels/x.cpp", "codecs/codec.h"), 1U);
  EXPECT_EQ(violations_of("codecs/kernels/x.cpp", "codecs/codestream/geometry.h"), 1U);
  EXPECT_EQ(violations_of("codecs/codestream/x.cpp", "codecs/jpeg2000/jpeg2000_codec.h"), 1U);
  EXPECT_EQ(violations_of("codecs/codestream/x.cpp", "codecs/tiles/frame_job.h"), 1U);
  EXPECT_EQ(violations_of("codecs/tiles/x.cpp", "codecs/htj2k/htj2k_codec.h"), 1U);
  EXPECT_EQ(violations_of("codecs/pixel/x.h", "codecs/kernels/planes.h"), 1U);
  EXPECT_EQ(violations_of("codecs/base/x.h", "codecs/pixel/layout.h"), 1U);
  EXPECT_EQ(violations_of("codecs/rle/x.cpp", "engine/dicom/tag.h"), 1U);
  EXPECT_EQ(violations_of("datasets/synthesize/x.cpp", "engine/dicom/tag.h"), 1U);
}

TEST(LayersTest, TheDirectionsThatAreMeantAreAllowed) {
  EXPECT_EQ(violations_of("engine/main.cpp", "engine/cli/cli.h"), 0U);
  EXPECT_EQ(violations_of("engine/cli/x.cpp", "engine/ingest/ingest.h"), 0U);
  EXPECT_EQ(violations_of("engine/ingest/x.cpp", "engine/scan/scan.h"), 0U);
  EXPECT_EQ(violations_of("engine/validate/x.cpp", "engine/pixels/pixels.h"), 0U);
  EXPECT_EQ(violations_of("engine/pixels/x.cpp", "codecs/registry.h"), 0U);
  EXPECT_EQ(violations_of("engine/deliver/x.cpp", "engine/dimse/service/peer.h"), 0U);
  EXPECT_EQ(violations_of("engine/dimse/message/x.h", "engine/dicom/tag.h"), 0U);
  EXPECT_EQ(violations_of("engine/dimse/association/x.h", "engine/dimse/message/command.h"), 0U);
  EXPECT_EQ(violations_of("engine/scan/x.cpp", "codecs/deflate/deflate.h"), 0U);
  EXPECT_EQ(violations_of("engine/measure/x.cpp", "datasets/drawing/pixels.h"), 0U);
  EXPECT_EQ(violations_of("engine/report/x.h", "engine/ledger/ledger.h"), 0U);
  EXPECT_EQ(violations_of("codecs/registry.h", "codecs/codec.h"), 0U);
  EXPECT_EQ(violations_of("codecs/rle/x.cpp", "codecs/codec.h"), 0U);
  EXPECT_EQ(violations_of("codecs/rle/x.cpp", "codecs/kernels/planes.h"), 0U);
  EXPECT_EQ(violations_of("codecs/jpeg2000/x.cpp", "codecs/codestream/geometry.h"), 0U);
  EXPECT_EQ(violations_of("codecs/jpeg2000/x.cpp", "codecs/tiles/frame_job.h"), 0U);
  EXPECT_EQ(violations_of("codecs/codestream/x.h", "codecs/jpeg2000_markers.h"), 0U);
}

TEST(LayersTest, ACanaryWithARelativeIncludeIsSeen) {
  EXPECT_EQ(path_violations({{"engine/scan/x.cpp", "#include \"scan.h\"\n"}}).size(), 1U);
}

}  // namespace
}  // namespace slipring::house
