#include "engine/deliver/write_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <string>
#include <vector>

#include "tests/engine/deliver/place.h"

namespace slipring::deliver {
namespace {

using test::Place;

std::string content(std::size_t size, std::size_t seed = 1) {
  std::string text(size, '\0');
  std::mt19937 random(static_cast<unsigned>(seed));
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

// A finished temporary with this content and the delivery of it.
struct Parcel {
  std::unique_ptr<TempFile> file;
  Delivery delivery;
};

Parcel parcel(OutputTree& tree, const std::string& name, const std::string& bytes) {
  Parcel made{*tree.create(), {}};
  EXPECT_TRUE(made.file->append(as_bytes(bytes)));
  EXPECT_TRUE(made.file->finish(1'000'000'000));
  made.delivery.file = made.file.get();
  made.delivery.name = name;
  return made;
}

Delivery deliver_one(OutputTree& tree, const std::string& name, const std::string& bytes) {
  Parcel one = parcel(tree, name, bytes);
  tree.deliver({&one.delivery, 1});
  one.delivery.file = nullptr;
  return one.delivery;
}

// A small file system of its own on a directory, while it lives; `ok` is false without the right to
// mount.
class Mounted {
 public:
  Mounted(const std::string& at, unsigned long flags)
      : at_(at), ok(::mount("slipring", at.c_str(), "tmpfs", flags, "size=1m") == 0) {}
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  ~Mounted() {
    if (ok) ::umount2(at_.c_str(), MNT_DETACH);
  }

 private:
  std::string at_;

 public:
  const bool ok;
};

class Deliver : public testing::TestWithParam<Temporaries> {
 protected:
  std::unique_ptr<OutputTree> open(Fsync fsync = Fsync::Batch) {
    auto tree = OutputTree::open(place_ / "out", fsync, GetParam());
    EXPECT_TRUE(tree);
    return std::move(*tree);
  }
  // What is below out, without Slipring's own directory.
  std::vector<std::string> outputs() {
    std::vector<std::string> names;
    for (const std::string& name : place_.list())
      if (name.starts_with("out/") && !name.starts_with("out/.slipring"))
        names.push_back(name.substr(4));
    return names;
  }
  Place place_;
};

INSTANTIATE_TEST_SUITE_P(Both, Deliver, testing::Values(Temporaries::Unnamed, Temporaries::Named),
                         [](const auto& p) {
                           return p.param == Temporaries::Named ? "Named" : "Unnamed";
                         });

TEST_P(Deliver, WritesAFileWithDirectoriesModeAndTime) {
  const mode_t before = ::umask(027);
  const auto tree = open();
  const Delivery answer = deliver_one(*tree, "a/b/c.dcm", "hello");
  ::umask(before);
  ASSERT_TRUE(answer.status) << answer.status.error().what;
  EXPECT_FALSE(answer.adopted);
  EXPECT_EQ(place_.read("out/a/b/c.dcm"), "hello");
  struct stat status{};
  ASSERT_EQ(::stat((place_ / "out/a/b/c.dcm").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  EXPECT_EQ(status.st_mtim.tv_sec, 1);
  EXPECT_EQ(status.st_nlink, 1U);
  ASSERT_EQ(::stat((place_ / "out/a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0750U);
}

TEST_P(Deliver, KeepsTimesBefore1970AndNanoseconds) {
  const auto tree = open();
  auto one = parcel(*tree, "x", "");
  auto old = *tree->create();
  ASSERT_TRUE(old->finish(-1));
  one.delivery.file = old.get();
  tree->deliver({&one.delivery, 1});
  ASSERT_TRUE(one.delivery.status);
  struct stat status{};
  ASSERT_EQ(::stat((place_ / "out/x").c_str(), &status), 0);
  EXPECT_EQ(status.st_mtim.tv_sec, -1);
  EXPECT_EQ(status.st_mtim.tv_nsec, 999'999'999);
}

TEST_P(Deliver, PutsPiecesOfAnySizeInOrderAndPatchesAnywhere) {
  const auto tree = open(Fsync::None);
  const auto file = *tree->create();
  std::string expected;
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    const std::string bytes = content(random() % (i % 10 == 0 ? 300'000 : 5'000), random());
    ASSERT_TRUE(file->append(as_bytes(bytes)));
    expected += bytes;
    ASSERT_EQ(file->size(), expected.size());
    const std::size_t at = random() % (expected.size() + 1);
    const std::string patch = content(random() % (expected.size() - at + 1) % 40'000, random());
    ASSERT_TRUE(file->patch(at, as_bytes(patch)));
    expected.replace(at, patch.size(), patch);
  }
  ASSERT_TRUE(file->finish(0));
  std::string written(expected.size(), '\0');
  ASSERT_EQ(::pread(file->descriptor(), written.data(), written.size(), 0),
            static_cast<ssize_t>(written.size()));
  EXPECT_TRUE(written == expected);
}

TEST_P(Deliver, PutsPiecesThatAreGivenTogetherInOrderBehindWhatIsBuffered) {
  const auto tree = open(Fsync::None);
  const auto file = *tree->create();
  std::string expected;
  std::mt19937 random(8);
  for (int i = 0; i < 60; ++i) {
    std::string bytes[kGatheredPiecesMax + 1];
    Bytes pieces[kGatheredPiecesMax + 1];
    const std::size_t count = random() % std::size(pieces) + 1;  // one more than is gathered too
    for (std::size_t k = 0; k < count; ++k) {
      bytes[k] = content(random() % (random() % 3 == 0 ? 100'000 : 20), random());
      pieces[k] = as_bytes(bytes[k]);
      expected += bytes[k];
    }
    ASSERT_TRUE(file->append_pieces(std::span(pieces).first(count)));
    ASSERT_EQ(file->size(), expected.size());
    const std::string small = content(random() % 50, random());
    ASSERT_TRUE(file->append(as_bytes(small)));
    expected += small;
  }
  ASSERT_TRUE(file->finish(0));
  std::string written(expected.size() + 1, '\0');
  ASSERT_EQ(::pread(file->descriptor(), written.data(), written.size(), 0),
            static_cast<ssize_t>(expected.size()));
  written.pop_back();
  EXPECT_TRUE(written == expected);
}

TEST_P(Deliver, LeavesNothingWhenAFileIsDropped) {
  {
    const auto tree = open();
    const auto file = *tree->create();
    ASSERT_TRUE(file->append(as_bytes("dropped")));
    ASSERT_TRUE(file->finish(0));
  }
  EXPECT_EQ(outputs(), std::vector<std::string>{});
  for (const std::string& name : place_.list()) EXPECT_EQ(name.find("run-"), std::string::npos);
}

TEST_P(Deliver, AdoptsTheVeryBytesAndRefusesOthers) {
  const auto tree = open();
  ASSERT_TRUE(deliver_one(*tree, "d/x", "same bytes").status);
  const Delivery again = deliver_one(*tree, "d/x", "same bytes");
  EXPECT_TRUE(again.status);
  EXPECT_TRUE(again.adopted);
  const Delivery other = deliver_one(*tree, "d/x", "same bytez");
  ASSERT_FALSE(other.status);
  EXPECT_EQ(other.status.error().code, ErrorCode::Exists);
  const Delivery longer = deliver_one(*tree, "d/x", "same bytes and more");
  ASSERT_FALSE(longer.status);
  EXPECT_EQ(longer.status.error().code, ErrorCode::Exists);
  EXPECT_EQ(longer.status.error().actual, 10U);
  EXPECT_EQ(place_.read("out/d/x"), "same bytes");
}

TEST_P(Deliver, RefusesANameTakenByADirectoryALinkOrAFifo) {
  const auto tree = open();
  place_.write("secret", "12345");
  std::filesystem::create_directories(place_ / "out/dir");
  std::filesystem::create_symlink("../secret", place_ / "out/link");
  std::filesystem::create_symlink("nowhere", place_ / "out/dangling");
  ASSERT_EQ(::mkfifo((place_ / "out/fifo").c_str(), 0600), 0);
  for (const auto* name : {"dir", "link", "dangling", "fifo"}) {
    const Delivery answer = deliver_one(*tree, name, "12345");
    ASSERT_FALSE(answer.status) << name;
    EXPECT_EQ(answer.status.error().code, ErrorCode::Exists) << name;
  }
  EXPECT_EQ(place_.read("secret"), "12345");
  EXPECT_FALSE(std::filesystem::exists(place_ / "out/nowhere"));
}

TEST_P(Deliver, FollowsNoLinkOutOfTheOutput) {
  const auto tree = open();
  std::filesystem::create_directories(place_ / "elsewhere");
  std::filesystem::create_symlink("../elsewhere", place_ / "out/a");
  std::filesystem::create_directories(place_ / "out/b");
  std::filesystem::create_symlink("../../elsewhere", place_ / "out/b/c");
  for (const auto* name : {"a/x", "a/y/x", "b/c/x"}) {
    const Delivery answer = deliver_one(*tree, name, "evil");
    ASSERT_FALSE(answer.status) << name;
    EXPECT_EQ(answer.status.error().code, ErrorCode::Io);
  }
  EXPECT_TRUE(std::filesystem::is_empty(place_ / "elsewhere"));
}

TEST_P(Deliver, RefusesNamesThatLeadOut) {
  const auto tree = open();
  for (const auto* name : {"../x", "a/../../x", "/etc/x", "a//x", "a/./x", "a/", "", ".", ".."}) {
    const Delivery answer = deliver_one(*tree, name, "evil");
    ASSERT_FALSE(answer.status) << name;
    EXPECT_EQ(answer.status.error().code, ErrorCode::OutOfRange) << name;
  }
  EXPECT_EQ(outputs(), std::vector<std::string>{});
}

TEST_P(Deliver, AnswersEachOfABatchOnItsOwn) {
  for (const Fsync fsync : {Fsync::None, Fsync::Batch, Fsync::File}) {
    const auto tree = open(fsync);
    const std::string at = std::to_string(static_cast<int>(fsync));
    std::vector<Parcel> parcels;
    std::vector<Delivery> batch;
    for (int i = 0; i < 300; ++i) {
      const std::string name =
          i % 10 == 3 ? "../" + at : at + "/" + std::to_string(i % 150) + "/f" + std::to_string(i);
      parcels.push_back(parcel(*tree, name, content(100 + i, i)));
      batch.push_back(parcels.back().delivery);
    }
    tree->deliver(batch);
    for (int i = 0; i < 300; ++i) {
      EXPECT_EQ(batch[i].status.has_value(), i % 10 != 3);
      if (!batch[i].status) continue;
      EXPECT_EQ(place_.read("out/" + batch[i].name), content(100 + i, i));
    }
  }
}

TEST_P(Deliver, GivesTheErrnoOfAWriteBeyondALimitAndKeepsIt) {
  const auto tree = open();
  const auto file = *tree->create();
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit small{1 << 20, limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto result = file->append(as_bytes(content(2 << 20)));
  const auto later = file->append(as_bytes("x"));
  const auto finished = file->finish(0);
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, previous);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::Io);
  EXPECT_EQ(result.error().actual, static_cast<std::uint64_t>(EFBIG));
  EXPECT_FALSE(later);
  ASSERT_FALSE(finished);
  Delivery delivery{file.get(), "x"};
  tree->deliver({&delivery, 1});
  EXPECT_FALSE(delivery.status);
  EXPECT_EQ(outputs(), std::vector<std::string>{});
}

TEST_P(Deliver, SaysThatTheDiskIsFull) {
  std::filesystem::create_directories(place_ / "out");
  const Mounted mounted(place_ / "out", 0);
  if (!mounted.ok) GTEST_SKIP() << "no right to mount";
  {
    const auto tree = open();
    EXPECT_LE(*tree->free_bytes(), std::uint64_t{1} << 20);
    const auto file = *tree->create();
    const auto result = file->append(as_bytes(content(2 << 20)));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().actual, static_cast<std::uint64_t>(ENOSPC));
  }
  {
    const auto tree = open();  // what did not fit is gone: there is room again
    EXPECT_TRUE(deliver_one(*tree, "fits", content(500'000)).status);
  }
}

TEST_P(Deliver, RefusesAnOutputThatCannotBeWritten) {
  if (::geteuid() == 0) {
    std::filesystem::create_directories(place_ / "out");
    const Mounted mounted(place_ / "out", MS_RDONLY);
    if (!mounted.ok) GTEST_SKIP() << "no right to mount";
    const auto tree = OutputTree::open(place_ / "out", Fsync::Batch, GetParam());
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().actual, static_cast<std::uint64_t>(EROFS));
  } else {
    std::filesystem::create_directories(place_ / "out");
    ::chmod((place_ / "out").c_str(), 0500);
    const auto tree = OutputTree::open(place_ / "out", Fsync::Batch, GetParam());
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().actual, static_cast<std::uint64_t>(EACCES));
  }
}

TEST_P(Deliver, MakesTheOutputWithAllThatIsMissingAbove) {
  const auto tree = OutputTree::open(place_ / "p/q/r", Fsync::Batch, GetParam());
  ASSERT_TRUE(tree);
  EXPECT_TRUE(std::filesystem::is_directory(place_ / "p/q/r"));
  EXPECT_EQ((*tree)->root(), place_ / "p/q/r");
  place_.write("file", "");
  EXPECT_FALSE(OutputTree::open(place_ / "file", Fsync::Batch, GetParam()));
}

TEST(DeliverNamed, RemovesWhatDeadRunsLeftButNotWhatLivingOnesUse) {
  const Place place;
  place.write("out/.slipring/tmp/run-1-0", "dead");
  place.write("out/.slipring/tmp/other", "not ours");
  {
    const auto unnamed = OutputTree::open(place / "out", Fsync::Batch);
    ASSERT_TRUE(unnamed);
    EXPECT_FALSE(std::filesystem::exists(place / "out/.slipring/tmp/run-1-0"));
    EXPECT_TRUE(std::filesystem::exists(place / "out/.slipring/tmp/other"));
  }
  const auto living = OutputTree::open(place / "out", Fsync::Batch, Temporaries::Named);
  const auto file = *(*living)->create();
  const auto count = place.list().size();
  const auto second = OutputTree::open(place / "out", Fsync::Batch, Temporaries::Named);
  ASSERT_TRUE(second);
  EXPECT_EQ(place.list().size(), count);
}

TEST(CheckName, KnowsItsLimits) {
  EXPECT_TRUE(check_name("a/b\xFF\x01 c/..d/...e"));
  EXPECT_TRUE(check_name(std::string(255, 'a')));
  EXPECT_FALSE(check_name(std::string(256, 'a')));
  EXPECT_FALSE(check_name(std::string_view("a\0b", 3)));
  std::string deep = "a";
  for (std::size_t i = 1; i < kNameComponentsMax; ++i) deep += "/a";
  EXPECT_TRUE(check_name(deep));
  EXPECT_FALSE(check_name(deep + "/a"));
  std::string longest;
  for (int i = 0; i < 16; ++i) longest += std::string(255, 'a') + "/";
  longest.back() = 'x';
  EXPECT_FALSE(check_name(longest + "y"));
}

TEST(UidComponent, TakesOnlyDigitsAndDotsAsTheyAre) {
  EXPECT_EQ(uid_component("1.2.840.10008.1.2"), "1.2.840.10008.1.2");
  for (const std::string_view uid : {"", ".", "..", "../../etc/passwd", "1.2/3", "1.2 ", "A"}) {
    const std::string name = uid_component(uid);
    EXPECT_EQ(name.size(), 34U);
    EXPECT_TRUE(name.starts_with("x-"));
    EXPECT_TRUE(check_name(name));
  }
  EXPECT_EQ(uid_component(std::string(64, '1')), std::string(64, '1'));
  EXPECT_TRUE(uid_component(std::string(65, '1')).starts_with("x-"));
  EXPECT_NE(uid_component("a"), uid_component("b"));
}

}  // namespace
}  // namespace slipring::deliver
