// Doors: a library of others is included in one place, so that replacing it changes one place; and
// the middle of the house touches no operating system.
#include <gtest/gtest.h>

#include <array>

#include "tests/house/source_tree.h"

namespace slipring::house {
namespace {

struct Door {
  std::string_view header;               // how the include begins
  std::vector<std::string_view> places;  // how the paths that may include it begin
};

const std::vector<Door>& doors() {
  static const std::vector<Door> table = {
      {"openjpeg", {"codecs/jpeg2000/"}},
      {"jpeglib.h", {"codecs/jpeg/"}},
      {"jerror.h", {"codecs/jpeg/"}},
      {"turbojpeg.h", {"codecs/jpeg/"}},
      {"libdeflate.h", {"codecs/deflate/"}},
      {"oneapi/tbb", {"engine/ingest/"}},
      {"tbb/", {"engine/ingest/"}},
      {"sqlite3.h", {"engine/ledger/"}},
      {"openssl/", {"engine/dicom/digest.cpp", "engine/dimse/transport/tls.cpp"}},
      {"dlfcn.h", {"engine/dicom/digest.cpp", "engine/dimse/transport/tls.cpp"}},
      {"netdb.h", {"engine/dimse/transport/"}},
      {"netinet/", {"engine/dimse/transport/"}},
      {"sys/socket.h", {"engine/dimse/transport/"}},
      {"iconv.h", {"engine/query/text.cpp"}},
      {"xxh_x86dispatch.h", {"engine/dicom/digest.cpp"}},
      {"xxhash.h", {"engine/dicom/digest.cpp"}},
      {"CLI/", {"engine/cli/"}},
      {"toml++/", {"engine/cli/"}},
      {"nlohmann/", {"engine/cli/", "engine/report/"}},
      {"spdlog/", {"engine/cli/"}},
      {"fmt/", {"engine/"}},
  };
  return table;
}

bool is_one_of(std::string_view path, const std::vector<std::string_view>& places) {
  for (const std::string_view place : places)
    if (path.starts_with(place)) return true;
  return false;
}

bool is_simd_file(std::string_view path) {
  return path.ends_with("_simd.cpp") || path.ends_with("-inl.h");
}

// The C++ standard library has neither dots nor slashes in its names; POSIX headers are these.
constexpr std::array<std::string_view, 15> kPosix = {
    "dirent.h", "errno.h", "fcntl.h", "linux/", "pthread.h", "sched.h",  "setjmp.h", "signal.h",
    "stdlib.h", "poll.h",  "pwd.h",   "sys/",   "termios.h", "unistd.h", "utime.h"};

bool is_posix(std::string_view header) {
  for (const std::string_view one : kPosix)
    if (header.starts_with(one)) return true;
  return false;
}

bool is_standard(std::string_view header) {
  return header.find('.') == std::string_view::npos && header.find('/') == std::string_view::npos;
}

std::string wrong_door(std::string_view path, std::string_view header) {
  if (header.starts_with("hwy/"))
    return is_simd_file(path) ? "" : "Highway belongs in *_simd.cpp and *-inl.h";
  for (const Door& door : doors())
    if (header.starts_with(door.header))
      return is_one_of(path, door.places) ? "" : "its door is " + std::string(door.places.front());
  if (is_standard(header) || is_posix(header)) return "";
  return "a library without a door in tests/house/doors_test";
}

bool is_tower(const Source& source) {
  return is_cpp(source) &&
         (source.path.starts_with("codecs/") || source.path.starts_with("engine/") ||
          source.path.starts_with("datasets/"));
}

Violations door_violations(const Sources& all) {
  Violations found;
  for (const Source& source : all) {
    if (!is_tower(source)) continue;
    for (const Include& include : includes_of(source)) {
      if (include.quoted) continue;
      const std::string wrong = wrong_door(source.path, include.name);
      if (!wrong.empty()) found.push_back(source.path + ": <" + include.name + ">: " + wrong);
    }
  }
  return found;
}

// Bytes in, values out: no files, threads or clocks.
const std::vector<std::string_view> kMiddle = {
    "codecs/",          "engine/dicom/",     "engine/pixels/",    "engine/scan/",
    "engine/validate/", "engine/transcode/", "engine/dimse/pdu/", "engine/dimse/message/"};
const std::vector<std::string_view> kImpure = {"chrono",   "filesystem", "fstream", "future",
                                               "iostream", "mutex",      "thread"};

Violations purity_violations(const Sources& all) {
  Violations found;
  for (const Source& source : all) {
    if (!is_cpp(source) || !is_one_of(source.path, kMiddle)) continue;
    for (const Include& include : includes_of(source)) {
      const bool jump = include.name == "setjmp.h" && source.path.starts_with("codecs/jpeg/");
      bool impure = is_posix(include.name) && include.name != "errno.h" && !jump;
      for (const std::string_view one : kImpure) impure = impure || include.name == one;
      if (impure && !include.quoted)
        found.push_back(source.path + ": <" + include.name + "> in the middle of the house");
    }
  }
  return found;
}

TEST(DoorsTest, EveryLibraryIsIncludedThroughItsDoor) {
  const Violations found = door_violations(sources());
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(DoorsTest, TheMiddleOfTheHouseTouchesNoOperatingSystem) {
  const Violations found = purity_violations(sources());
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(DoorsTest, ACanaryAtEveryDoorIsSeen) {
  for (const Door& door : doors()) {
    const std::string line = "#include <" + std::string(door.header) + ">\n";
    const bool everywhere = door.places.front() == "engine/";
    const std::string outside = everywhere ? "codecs/rle/x.cpp" : "engine/scan/x.cpp";
    EXPECT_EQ(door_violations({{outside, line}}).size(), 1U) << line;
    const std::string inside = std::string(door.places.front());
    EXPECT_EQ(door_violations({{inside.ends_with('/') ? inside + "x.cpp" : inside, line}}).size(),
              0U)
        << line;
  }
}

TEST(DoorsTest, ACanaryWithHighwayInAPlainFileOrAnUnknownLibraryIsSeen) {
  EXPECT_EQ(door_violations({{"codecs/rle/x.cpp", "#include <hwy/highway.h>\n"}}).size(), 1U);
  EXPECT_EQ(door_violations({{"codecs/rle/x_simd.cpp", "#include <hwy/highway.h>\n"}}).size(), 0U);
  EXPECT_EQ(door_violations({{"engine/scan/x.cpp", "#include <boost/any.hpp>\n"}}).size(), 1U);
  EXPECT_EQ(door_violations({{"engine/scan/x.cpp", "#  include   <zlib.h>\n"}}).size(), 1U);
}

TEST(DoorsTest, ACanaryThatOpensFilesInTheMiddleIsSeen) {
  EXPECT_EQ(purity_violations({{"engine/scan/x.cpp", "#include <fstream>\n"}}).size(), 1U);
  EXPECT_EQ(purity_violations({{"engine/transcode/x.cpp", "#include <unistd.h>\n"}}).size(), 1U);
  EXPECT_EQ(purity_violations({{"engine/map/x.cpp", "#include <unistd.h>\n"}}).size(), 0U);
}

}  // namespace
}  // namespace slipring::house
