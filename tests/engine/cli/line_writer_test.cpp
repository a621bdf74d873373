// LineWriter on a pipe that nobody reads for a while.
#include "engine/cli/output/line_writer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>

namespace slipring::cli {
namespace {

// What stdout gets while it lives, from when it is asked for.
class StandardOutput {
 public:
  StandardOutput() : kept_(::dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    EXPECT_EQ(::pipe(ends_), 0);
    EXPECT_EQ(::dup2(ends_[1], STDOUT_FILENO), STDOUT_FILENO);
    ::close(ends_[1]);
  }
  ~StandardOutput() {
    ::close(ends_[0]);
    ::close(kept_);
  }
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  void begin() {
    reader_ = std::thread([this] {
      char some[4096];
      for (ssize_t got = 0; (got = ::read(ends_[0], some, sizeof some)) > 0;)
        text_.append(some, static_cast<std::size_t>(got));
    });
  }
  std::string end() {
    std::fflush(stdout);
    EXPECT_EQ(::dup2(kept_, STDOUT_FILENO), STDOUT_FILENO);
    reader_.join();
    return text_;
  }

 private:
  int kept_;
  int ends_[2] = {-1, -1};
  std::string text_;
  std::thread reader_;
};

struct Told {
  std::uint64_t lines = 0;
  std::uint64_t dropped = 0;
  bool in_order = true;
  Json last;
};

Told read_lines(const std::string& text) {
  Told told;
  std::uint64_t next = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    told.last = Json::parse(text.substr(at, end - at));
    at = end + 1;
    if (told.last["type"] == "dropped") {
      told.dropped += told.last["lines"].get<std::uint64_t>();
      next += told.last["lines"].get<std::uint64_t>();
    } else if (told.last["type"] == "object") {
      told.in_order = told.in_order && told.last["number"] == next++;
      ++told.lines;
    }
  }
  return told;
}

TEST(LineWriter, NobodyWaitsForAReaderAndWhatIsLeftOutIsCountedInItsPlace) {
  constexpr std::uint64_t kLines = 20'000;
  StandardOutput output;
  auto writer = std::make_unique<LineWriter>(100);
  for (std::uint64_t number = 0; number < kLines; ++number) {  // far more than a pipe holds
    Json json = line("object");
    json["number"] = number;
    writer->put(std::move(json));
  }
  std::uint64_t told_last = 0;
  writer->put_last([&](std::uint64_t dropped) {
    told_last = dropped;
    return line("summary");
  });
  output.begin();
  writer.reset();
  const Told told = read_lines(output.end());
  EXPECT_GT(told.dropped, 0U);
  EXPECT_EQ(told.lines + told.dropped, kLines);
  EXPECT_EQ(told.dropped, told_last);
  EXPECT_TRUE(told.in_order);
  EXPECT_EQ(told.last["type"], "summary");
}

TEST(LineWriter, WhereLinesAreReadNoneIsLeftOut) {
  StandardOutput output;
  output.begin();
  {
    LineWriter writer(1000);
    for (std::uint64_t number = 0; number < 1000; ++number) {
      Json json = line("object");
      json["number"] = number;
      writer.put(std::move(json));
    }
  }
  const Told told = read_lines(output.end());
  EXPECT_EQ(told.lines, 1000U);
  EXPECT_EQ(told.dropped, 0U);
  EXPECT_TRUE(told.in_order);
}

}  // namespace
}  // namespace slipring::cli
