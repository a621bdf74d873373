#include "engine/map/map.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

#include "engine/map/fault_guard.h"
#include "tests/engine/map/temporary_folder.h"

namespace slipring::map {
namespace {

using test::TemporaryFolder;

constexpr Policy kRead{.read_max_bytes = std::uint64_t{1} << 40, .head_bytes = 4096};
constexpr Policy kMap{.read_max_bytes = 0, .head_bytes = 4096};
constexpr std::size_t kPage = 4096;

std::string content_of(std::size_t bytes) {
  std::string content(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) content[i] = static_cast<char>(i * 31 + i / 251 + 1);
  return content;
}

std::uint64_t sum(Bytes bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
}

void overwrite_keeping_size(const std::string& path) {
  std::fstream(path, std::ios::binary | std::ios::in | std::ios::out) << "changed";
}

ErrorCode code_of(const Result<void>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? ErrorCode::Internal : result.error().code;
}

// Every way in, on the same file.
class EachPolicy : public testing::TestWithParam<bool> {
 protected:
  const Policy& policy() const { return GetParam() ? kMap : kRead; }
};
INSTANTIATE_TEST_SUITE_P(Policies, EachPolicy, testing::Bool(), [](const auto& of) {
  return of.param ? std::string("mapped") : std::string("read");
});

TEST_P(EachPolicy, GivesEveryByteOfFilesOfManySizes) {
  const TemporaryFolder folder;
  MappedFile file;
  for (const std::size_t size : {1u, 131u, 4095u, 4096u, 4097u, 65536u, 1000003u, 17u}) {
    const std::string content = content_of(size);
    const std::string path = folder.write("f", content);
    ASSERT_TRUE(file.open(path, policy()).has_value());
    EXPECT_EQ(as_text(file.bytes()), content);
    EXPECT_TRUE(file.complete());
    EXPECT_EQ(file.identity().size_bytes, size);
    EXPECT_TRUE(file.check().has_value());
  }
}

TEST_P(EachPolicy, TakesAnEmptyFileForWhatItIs) {
  const TemporaryFolder folder;
  MappedFile file;
  const Policy at_least_nothing = policy();
  ASSERT_TRUE(file.open(folder.write("empty", ""), at_least_nothing).has_value());
  EXPECT_TRUE(file.bytes().empty());
  EXPECT_TRUE(file.complete());
  EXPECT_TRUE(file.check().has_value());
}

TEST_P(EachPolicy, SaysThatAFileGrew) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", content_of(10000));
  MappedFile file;
  ASSERT_TRUE(file.open(path, policy()).has_value());
  std::ofstream(path, std::ios::binary | std::ios::app) << "more";
  EXPECT_EQ(code_of(file.check()), ErrorCode::Changed);
  EXPECT_EQ(file.check().error().expected, 10000u);
  EXPECT_EQ(file.check().error().actual, 10004u);
}

TEST_P(EachPolicy, SaysThatAFileWasOverwritten) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", content_of(10000));
  MappedFile file;
  ASSERT_TRUE(file.open(path, policy()).has_value());
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // past the kernel's clock tick
  overwrite_keeping_size(path);
  EXPECT_EQ(code_of(file.check()), ErrorCode::Changed);
}

TEST_P(EachPolicy, SaysThatAFileWasReplaced) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", content_of(10000));
  MappedFile file;
  ASSERT_TRUE(file.open(path, policy()).has_value());
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::filesystem::rename(folder.write("g", content_of(10000)), path);
  EXPECT_EQ(code_of(file.check()), ErrorCode::Changed);
  EXPECT_EQ(as_text(file.bytes()), content_of(10000)) << "the old file's bytes are still there";
}

TEST_P(EachPolicy, SaysThatAFileWasRemoved) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", content_of(10000));
  MappedFile file;
  ASSERT_TRUE(file.open(path, policy()).has_value());
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::filesystem::remove(path);
  EXPECT_EQ(code_of(file.check()), ErrorCode::Changed);
}

TEST_P(EachPolicy, AdoptsADescriptorAndLeavesItOpen) {
  const TemporaryFolder folder;
  const std::string content = content_of(50000);
  const int descriptor = ::open(folder.write("f", content).c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  ::lseek(descriptor, 1234, SEEK_SET);
  {
    MappedFile file;
    ASSERT_TRUE(file.adopt(descriptor, policy()).has_value());
    EXPECT_EQ(as_text(file.bytes()), content) << "from the start, wherever the descriptor stands";
    EXPECT_TRUE(file.check().has_value());
  }
  EXPECT_EQ(::lseek(descriptor, 0, SEEK_CUR), 1234);
  EXPECT_EQ(::close(descriptor), 0);
}

TEST_P(EachPolicy, RefusesWhatIsNotARegularFile) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  std::filesystem::create_directory(folder / "folder");
  std::filesystem::create_symlink(folder.write("f", "x"), folder / "link");
  MappedFile file;
  for (const char* name : {"fifo", "folder", "link"}) {
    EXPECT_EQ(code_of(file.open(folder / name, policy())), ErrorCode::Unsupported) << name;
    EXPECT_TRUE(file.bytes().empty());
  }
  EXPECT_EQ(code_of(file.open("/dev/zero", policy())), ErrorCode::Unsupported);
}

TEST_P(EachPolicy, FollowsALinkedFolderAboveTheFile) {
  const TemporaryFolder folder;
  folder.write("real/f", "content");
  std::filesystem::create_directory_symlink(folder / "real", folder / "linked");
  MappedFile file;
  ASSERT_TRUE(file.open(folder / "linked/f", policy()).has_value());
  EXPECT_EQ(as_text(file.bytes()), "content");
}

TEST_P(EachPolicy, SaysThatAFileIsNotThere) {
  const TemporaryFolder folder;
  folder.write("f", "x");
  MappedFile file;
  EXPECT_EQ(code_of(file.open(folder / "gone", policy())), ErrorCode::Vanished);
  EXPECT_EQ(code_of(file.open(folder / "f/below", policy())), ErrorCode::Vanished);
  const auto result = file.open(folder / "gone", policy());
  EXPECT_EQ(result.error().actual, 0U);  // an error number is no count to be told beside it
}

TEST_P(EachPolicy, RefusesAFileThatHasBytesButNoSize) {
  MappedFile file;
  if (::access("/proc/version", R_OK) != 0) GTEST_SKIP() << "no /proc";
  EXPECT_EQ(code_of(file.open("/proc/version", policy())), ErrorCode::Unsupported);
}

TEST_P(EachPolicy, NeverOpensAnotherFileForANameWithANul) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", "x") + std::string(1, '\0') + "y";
  MappedFile file;
  EXPECT_EQ(code_of(file.open(path, policy())), ErrorCode::Io);
}

TEST_P(EachPolicy, SaysWhichErrorTheSystemGave) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  const std::string secret = folder.write("secret", "x");
  const std::string foreign = folder.write("foreign", "not ours, but readable");
  std::filesystem::permissions(secret, std::filesystem::perms::none);
  MappedFile file;
  ASSERT_EQ(::seteuid(65534), 0);
  const auto denied = file.open(secret, policy());
  const auto read = file.open(foreign, policy());  // O_NOATIME is refused there, and done without
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(code_of(denied), ErrorCode::Io);
  EXPECT_EQ(denied.error().actual, static_cast<std::uint64_t>(EACCES));
  EXPECT_TRUE(read.has_value());
}

TEST_P(EachPolicy, LetsFourThreadsOpenManyFilesAtOnce) {
  const TemporaryFolder folder;
  constexpr std::size_t kFiles = 16;
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < kFiles; ++i) {
    paths.push_back(folder.write(std::to_string(i), content_of(20000 + 1000 * i)));
  }
  std::atomic<int> wrong{0};
  const auto work = [&](std::size_t from) {
    MappedFile file;
    for (std::size_t round = 0; round < 400; ++round) {
      const std::size_t i = (from + round) % kFiles;
      if (!file.open(paths[i], policy()) || as_text(file.bytes()) != content_of(20000 + 1000 * i) ||
          !file.check()) {
        ++wrong;
      }
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < 4; ++i) threads.emplace_back(work, i * 3);
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

TEST(Head, GivesTheFirstBytesAndGrowsOnDemand) {
  const TemporaryFolder folder;
  const std::string content = content_of(100000);
  MappedFile file;
  ASSERT_TRUE(file.open_head(folder.write("f", content), kRead).has_value());
  EXPECT_EQ(file.bytes().size(), 4096u);
  EXPECT_FALSE(file.complete());
  ASSERT_TRUE(file.extend(4000, kRead).has_value());
  EXPECT_EQ(file.bytes().size(), 4096u) << "there already";
  ASSERT_TRUE(file.extend(5000, kRead).has_value());
  EXPECT_GE(file.bytes().size(), 5000u);
  EXPECT_EQ(as_text(file.bytes()), content.substr(0, file.bytes().size()));
  ASSERT_TRUE(file.extend(std::uint64_t{1} << 60, kRead).has_value());
  EXPECT_TRUE(file.complete());
  EXPECT_EQ(as_text(file.bytes()), content);
  EXPECT_TRUE(file.check().has_value());
}

TEST(Head, IsTheWholeOfASmallFile) {
  const TemporaryFolder folder;
  MappedFile file;
  ASSERT_TRUE(file.open_head(folder.write("f", "small"), kRead).has_value());
  EXPECT_TRUE(file.complete());
  EXPECT_EQ(as_text(file.bytes()), "small");
  ASSERT_TRUE(file.open_head(folder.write("e", ""), kRead).has_value());
  EXPECT_TRUE(file.complete());
}

TEST(Head, WithOnlyTheSizeAskedForTellsItAndWhetherItChanged) {
  const TemporaryFolder folder;
  const Policy policy{.head_bytes = 100, .only_size = true};
  const std::string path = folder.write("f", std::string(5000, 'x'));
  MappedFile file;
  ASSERT_TRUE(file.open_head(path, policy).has_value());
  EXPECT_EQ(file.identity().size_bytes, 5000U);
  EXPECT_EQ(file.bytes().size(), 100U);
  EXPECT_TRUE(file.check().has_value());
  ASSERT_TRUE(file.extend(5000, policy).has_value());
  EXPECT_TRUE(file.complete());
  ASSERT_EQ(::truncate(path.c_str(), 4000), 0);
  EXPECT_EQ(file.check().error().code, ErrorCode::Changed);
  ASSERT_TRUE(file.open(path, policy).has_value());  // all of its identity again
  EXPECT_NE(file.identity().inode, 0U);
}

TEST(Head, WithOnlyTheSizeAskedForStillRefusesWhatHasNone) {
  const TemporaryFolder folder;
  const Policy policy{.only_size = true};
  MappedFile file;
  EXPECT_TRUE(file.open_head(folder.write("e", ""), policy).has_value());
  for (const char* path : {"/dev/null", "/dev/zero"})
    EXPECT_EQ(file.open_head(path, policy).error().code, ErrorCode::Unsupported) << path;
  EXPECT_FALSE(file.open_head("/proc/version", policy).has_value());
}

TEST(Head, BecomesAMapWhenItGrowsBeyondWhatIsRead) {
  const TemporaryFolder folder;
  const std::string content = content_of(300000);
  const Policy policy{.read_max_bytes = 65536, .head_bytes = 4096};
  MappedFile file;
  ASSERT_TRUE(file.open_head(folder.write("f", content), policy).has_value());
  ASSERT_TRUE(file.extend(100000, policy).has_value());
  EXPECT_TRUE(file.complete());
  EXPECT_EQ(as_text(file.bytes()), content);
}

TEST(Head, SaysThatTheFileShrankBeforeTheRest) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", content_of(100000));
  MappedFile file;
  ASSERT_TRUE(file.open_head(path, kRead).has_value());
  std::filesystem::resize_file(path, 6000);
  const auto result = file.extend(50000, kRead);
  EXPECT_EQ(code_of(result), ErrorCode::Changed);
  EXPECT_EQ(result.error().actual, 6000u);
  EXPECT_TRUE(file.bytes().empty());
}

TEST(Map, SurvivesTruncationAtEveryStage) {
  const TemporaryFolder folder;
  constexpr std::size_t kSize = 64 * kPage + 100;
  const std::string content = content_of(kSize);
  for (const std::size_t cut :
       {std::size_t{0}, std::size_t{1}, kPage, 10 * kPage + 7, 64 * kPage}) {
    for (const std::size_t stage : {std::size_t{0}, std::size_t{5}, 20 * kPage, kSize}) {
      const std::string path = folder.write("f", content);
      MappedFile file;
      ASSERT_TRUE(file.open(path, kMap).has_value());
      std::uint64_t total = sum(file.bytes().first(stage));
      std::jthread([&] { std::filesystem::resize_file(path, cut); }).join();
      total += sum(file.bytes().subspan(stage));
      EXPECT_GT(total + 1, 0u);
      EXPECT_TRUE(std::equal(file.bytes().begin(), file.bytes().begin() + static_cast<long>(cut),
                             as_bytes(content).begin()) ||
                  stage == 0);
      EXPECT_EQ(code_of(file.check()), ErrorCode::Changed) << "cut " << cut << " stage " << stage;
    }
  }
}

TEST(Map, SurvivesTruncationWhileItIsBeingRead) {
  const TemporaryFolder folder;
  const std::string content = content_of(256 * kPage);
  for (int round = 0; round < 20; ++round) {
    const std::string path = folder.write("f", content);
    MappedFile file;
    ASSERT_TRUE(file.open(path, kMap).has_value());
    std::atomic<bool> started{false};
    std::jthread cutter([&] {
      while (!started) std::this_thread::yield();
      std::filesystem::resize_file(path, static_cast<std::uintmax_t>(round) * 10 * kPage);
    });
    started = true;
    for (int pass = 0; pass < 4; ++pass) (void)sum(file.bytes());
    cutter.join();
    (void)sum(file.bytes());
    EXPECT_EQ(code_of(file.check()), ErrorCode::Changed);
  }
}

TEST(Map, SaysTheSameAfterTheFileGrewBack) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", content_of(16 * kPage));
  MappedFile file;
  ASSERT_TRUE(file.open(path, kMap).has_value());
  std::filesystem::resize_file(path, 0);
  EXPECT_EQ(sum(file.bytes()), 0u);
  std::filesystem::resize_file(path, 16 * kPage);
  EXPECT_EQ(code_of(file.check()), ErrorCode::Changed);
}

TEST(Map, IsUsableAgainAfterAFault) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", content_of(16 * kPage));
  MappedFile file;
  ASSERT_TRUE(file.open(path, kMap).has_value());
  std::filesystem::resize_file(path, 0);
  (void)sum(file.bytes());
  const std::string other = content_of(20 * kPage);
  ASSERT_TRUE(file.open(folder.write("g", other), kMap).has_value());
  EXPECT_EQ(as_text(file.bytes()), other);
  EXPECT_TRUE(file.check().has_value());
}

TEST(Map, TwoMapsOfOneFileFaultEachForItself) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", content_of(16 * kPage));
  const std::string steady = folder.write("g", content_of(16 * kPage));
  MappedFile first, second, third;
  ASSERT_TRUE(first.open(path, kMap) && second.open(path, kMap) && third.open(steady, kMap));
  std::filesystem::resize_file(path, kPage);
  std::jthread([&] { (void)sum(first.bytes()); }).join();
  (void)sum(second.bytes());
  (void)sum(third.bytes());
  EXPECT_EQ(code_of(first.check()), ErrorCode::Changed);
  EXPECT_EQ(code_of(second.check()), ErrorCode::Changed);
  EXPECT_TRUE(third.check().has_value());
}

TEST(Map, ReleasedPagesReadTheSameAgain) {
  const TemporaryFolder folder;
  const std::string content = content_of(64 * kPage + 9);
  MappedFile file;
  ASSERT_TRUE(file.open(folder.write("f", content), kMap).has_value());
  (void)sum(file.bytes());
  file.release(100, 20 * kPage);
  file.release(30 * kPage, ~std::uint64_t{0});
  file.release(1000 * kPage, kPage);
  file.release(5, 10);
  EXPECT_EQ(as_text(file.bytes()), content);
  file.drop_cache();
  EXPECT_EQ(as_text(file.bytes()), content);
  EXPECT_TRUE(file.check().has_value());
}

TEST(Map, RefusesMoreThanItsLimit) {
  const int descriptor = ::open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0 || ::ftruncate(descriptor, off_t{1} << 60) != 0) {
    if (descriptor >= 0) ::close(descriptor);
    GTEST_SKIP() << "no file system here takes so large a file";
  }
  MappedFile file;
  EXPECT_EQ(code_of(file.adopt(descriptor, kMap)), ErrorCode::LimitExceeded);
  ::close(descriptor);
}

TEST(Map, ReadsTheEndOfASparseFileLargerThanMemory) {
  const TemporaryFolder folder;
  const std::string path = folder.write("sparse", "x");
  constexpr std::uint64_t kSize = std::uint64_t{1} << 40;
  if (::truncate(path.c_str(), static_cast<off_t>(kSize)) != 0)
    GTEST_SKIP() << "no such files here";
  MappedFile file;
  const auto opened = file.open(path, Policy{});
  if (!opened && opened.error().actual == ENOMEM) GTEST_SKIP() << "no address space for it here";
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(file.bytes().size(), kSize);
  EXPECT_EQ(file.bytes()[0], 'x');
  EXPECT_EQ(file.bytes()[kSize - 1], 0);
  EXPECT_TRUE(file.check().has_value());
}

TEST(Guards, RunOutAtTheirNamedLimitAndComeBack) {
  void* page = ::mmap(nullptr, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  std::vector<int> held;
  for (int guard = guard_range(page, kPage); guard >= 0; guard = guard_range(page, kPage)) {
    held.push_back(guard);
  }
  EXPECT_EQ(held.size(), static_cast<std::size_t>(kGuardedRangesMax));
  const TemporaryFolder folder;
  MappedFile file;
  EXPECT_EQ(code_of(file.open(folder.write("f", "x"), kMap)), ErrorCode::LimitExceeded);
  for (const int guard : held) release_guard(guard);
  EXPECT_TRUE(file.open(folder / "f", kMap).has_value());
  ::munmap(page, kPage);
}

TEST(Guards, RememberTheLowestPageThatFailed) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", content_of(8 * kPage));
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  auto* map = static_cast<volatile std::uint8_t*>(
      ::mmap(nullptr, 8 * kPage, PROT_READ, MAP_PRIVATE, descriptor, 0));
  const int guard = guard_range(const_cast<std::uint8_t*>(map), 8 * kPage);
  EXPECT_NE(map[0], 0);
  EXPECT_FALSE(first_fault(guard).has_value());
  std::filesystem::resize_file(path, 2 * kPage + 1);
  EXPECT_EQ(map[5 * kPage], 0);
  EXPECT_EQ(first_fault(guard), 5 * kPage);
  EXPECT_EQ(map[3 * kPage + 17], 0);
  EXPECT_EQ(first_fault(guard), 3 * kPage);
  EXPECT_EQ(map[7 * kPage], 0);
  EXPECT_EQ(first_fault(guard), 3 * kPage);
  release_guard(guard);
  ::munmap(const_cast<std::uint8_t*>(map), 8 * kPage);
  ::close(descriptor);
}

void touch_a_bad_page_nobody_guards(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  auto* map = static_cast<volatile std::uint8_t*>(
      ::mmap(nullptr, 4 * kPage, PROT_READ, MAP_PRIVATE, descriptor, 0));
  if (::ftruncate(descriptor, 0) != 0) std::_Exit(0);
  (void)map[2 * kPage];
}

TEST(GuardsDeathTest, AFaultOutsideEveryRangeStillEndsTheProcess) {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const TemporaryFolder folder;
  MappedFile file;
  ASSERT_TRUE(file.open(folder.write("guarded", content_of(8 * kPage)), kMap).has_value());
  EXPECT_DEATH(touch_a_bad_page_nobody_guards(folder.write("f", content_of(4 * kPage))), "");
}

TEST(GuardsDeathTest, ASignalSentByAProcessStillEndsIt) {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const TemporaryFolder folder;
  MappedFile file;
  ASSERT_TRUE(file.open(folder.write("guarded", content_of(8 * kPage)), kMap).has_value());
  EXPECT_DEATH(
      {
        ::raise(SIGBUS);
        std::_Exit(0);
      },
      "");
}

}  // namespace
}  // namespace slipring::map
