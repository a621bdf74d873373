#include "engine/discover/discover.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <thread>

#include "tests/engine/map/temporary_folder.h"

namespace slipring::discover {
namespace {

using test::TemporaryFolder;

std::vector<Discovered> all(Options options) {
  Discovery discovery(std::move(options));
  std::vector<Discovered> found;
  while (auto next = discovery.next()) found.push_back(std::move(*next));
  EXPECT_TRUE(discovery.finished_finding());
  EXPECT_EQ(discovery.found(), found.size());
  EXPECT_FALSE(discovery.next().has_value());
  return found;
}

std::vector<std::string> names(const std::vector<Discovered>& found) {
  std::vector<std::string> relative;
  for (const Discovered& one : found) relative.push_back(one.file.relative);
  return relative;
}

std::vector<std::string> names_below(const std::string& root) {
  return names(all({.roots = {root}}));
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

using Names = std::vector<std::string>;

TEST(Discovery, GivesFilesAndFoldersInterleavedByTheirBytes) {
  const TemporaryFolder folder;
  for (const char* name :
       {"b/2", "b/10", "b/1/z", "a", "b-x", "b.d/q", "c", "B", "\xc3\xa9", "\xff\xfe", " x"}) {
    folder.write(name, name);
  }
  const Names expected{" x",  "B",     "a", "b/1/z",    "b/10",    "b/2",
                       "b-x", "b.d/q", "c", "\xc3\xa9", "\xff\xfe"};
  const auto found = all({.roots = {folder.path()}});
  EXPECT_EQ(names(found), expected);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].file.sequence, i);
    EXPECT_EQ(content_of(found[i].file.path), found[i].file.relative) << "the path opens the file";
    EXPECT_EQ(found[i].kind, Discovered::Kind::File);
  }
}

// A tree with a few thousand files and folders of every shape, and its right order.
Names make_random_tree(const TemporaryFolder& folder, unsigned seed) {
  std::mt19937 random(seed);
  Names files;
  Names directories{""};
  for (int i = 0; i < 80; ++i) {
    std::string below = directories[random() % directories.size()];
    std::string name(1 + random() % 3, 'a');
    for (char& letter : name) letter = "ab-.A0~"[random() % 7];
    if (name == "." || name == "..") continue;
    const std::string path = below + name + "d/";
    if (std::filesystem::create_directories(folder / path)) directories.push_back(path);
  }
  for (int i = 0; i < 300; ++i) {
    const std::string path =
        directories[random() % directories.size()] + std::to_string(random() % 100);
    if (!std::filesystem::exists(folder / path)) files.push_back(path);
    folder.write(path, "");
  }
  // Depth first with bytewise names is bytewise order where '/' sorts before everything.
  const auto key = [](std::string path) {
    std::ranges::replace(path, '/', '\0');
    return path;
  };
  std::ranges::sort(files, {}, key);
  return files;
}

TEST(Discovery, IsTheSameForAnyNumberOfThreadsAndAnyMemory) {
  for (unsigned seed = 1; seed <= 2; ++seed) {
    const TemporaryFolder folder;
    const Names expected = make_random_tree(folder, seed);
    for (const unsigned threads : {0u, 1u, 2u, 7u}) {
      for (const std::size_t ahead :
           {std::size_t{0}, std::size_t{1}, std::size_t{40}, std::size_t{1} << 20}) {
        const auto found =
            all({.roots = {folder.path()}, .threads = threads, .entries_ahead_max = ahead});
        ASSERT_EQ(names(found), expected) << threads << " threads, " << ahead << " ahead";
      }
    }
  }
}

TEST(Discovery, CanBeLeftAtAnyPoint) {
  const TemporaryFolder folder;
  const Names expected = make_random_tree(folder, 7);
  for (std::size_t stop = 0; stop < expected.size(); stop += 31) {
    Discovery discovery({.roots = {folder.path()}, .threads = 3, .entries_ahead_max = 50});
    for (std::size_t i = 0; i < stop; ++i) ASSERT_TRUE(discovery.next().has_value());
  }
}

TEST(Discovery, GivesLinksAndSpecialFilesWithoutFollowingThem) {
  const TemporaryFolder folder;
  folder.write("outside/secret", "x");
  folder.write("tree/file", "x");
  std::filesystem::create_symlink(folder / "outside/secret", folder / "tree/link-to-file");
  std::filesystem::create_directory_symlink(folder / "outside", folder / "tree/link-to-folder");
  std::filesystem::create_directory_symlink(folder / "tree", folder / "tree/loop");
  std::filesystem::create_symlink("nowhere", folder / "tree/broken");
  ASSERT_EQ(::mkfifo((folder / "tree/fifo").c_str(), 0600), 0);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string at = folder / "tree/socket";
  ASSERT_LT(at.size(), sizeof address.sun_path);
  std::ranges::copy(at, address.sun_path);
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(socket);

  const auto found = all({.roots = {folder / "tree"}});
  EXPECT_EQ(names(found),
            (Names{"broken", "fifo", "file", "link-to-file", "link-to-folder", "loop", "socket"}));
  using enum Discovered::Kind;
  const std::vector<Discovered::Kind> expected{SymbolicLink, Special,      File,   SymbolicLink,
                                               SymbolicLink, SymbolicLink, Special};
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].kind, expected[i]) << i;
}

TEST(Discovery, FollowsALinkThatIsARoot) {
  const TemporaryFolder folder;
  folder.write("tree/a/file", "in tree");
  folder.write("alone", "alone");
  std::filesystem::create_directory_symlink("tree", folder / "link");
  std::filesystem::create_symlink("alone", folder / "link-to-file");
  const auto found = all({.roots = {folder / "link"}});
  EXPECT_EQ(names(found), (Names{"a/file"}));
  EXPECT_EQ(found[0].file.path, folder / "link/a/file");
  const auto file = all({.roots = {folder / "link-to-file"}});
  EXPECT_EQ(names(file), (Names{"link-to-file"}));
  const int descriptor = ::open(file[0].file.path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  EXPECT_GE(descriptor, 0) << "given without its link, so that the reader need not follow one";
  ::close(descriptor);
}

TEST(Discovery, SaysWhichRootIsNotThere) {
  const TemporaryFolder folder;
  folder.write("here/file", "x");
  std::filesystem::create_symlink("nowhere", folder / "broken");
  const auto found = all({.roots = {folder / "gone", folder / "here", folder / "broken", ""}});
  ASSERT_EQ(names(found), (Names{"gone", "here/file", "broken", "root"}));
  for (const std::size_t i : {std::size_t{0}, std::size_t{2}, std::size_t{3}}) {
    EXPECT_EQ(found[i].kind, Discovered::Kind::Unreadable);
    EXPECT_EQ(found[i].error.actual, static_cast<std::uint64_t>(ENOENT));
  }
  EXPECT_EQ(found[0].file.path, folder / "gone");
}

TEST(Discovery, SaysWhichDirectoryCannotBeRead) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  for (const char* name : {"a/1", "closed/2", "z/3"}) folder.write(name, "x");
  std::filesystem::permissions(folder / "closed", std::filesystem::perms::none);
  ASSERT_EQ(::seteuid(65534), 0);
  const auto found = all({.roots = {folder.path()}});
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_EQ(names(found), (Names{"a/1", "closed", "z/3"}));
  EXPECT_EQ(found[1].kind, Discovered::Kind::Unreadable);
  EXPECT_EQ(found[1].error.code, ErrorCode::Io);
  EXPECT_EQ(found[1].error.actual, static_cast<std::uint64_t>(EACCES));
}

TEST(Discovery, NeverEntersExcludedDirectoriesOrOurOwn) {
  const TemporaryFolder folder;
  for (const char* name :
       {"a/1", "out/2", "out/deep/3", "a/.slipring/ledger.db", "sub/out/4", ".slipring/5"}) {
    folder.write(name, "x");
  }
  EXPECT_EQ(names(all({.roots = {folder.path()}, .exclude = {folder / "out"}})),
            (Names{"a/1", "sub/out/4"}));
  EXPECT_EQ(names(all({.roots = {folder.path()}, .exclude = {folder / "a/../out/"}})),
            (Names{"a/1", "sub/out/4"}));
  EXPECT_TRUE(all({.roots = {folder / "out"}, .exclude = {folder / "out"}}).empty());
  EXPECT_TRUE(all({.roots = {folder / ".slipring"}}).empty());
}

TEST(Discovery, KnowsAnExcludedDirectoryByAnyName) {
  const TemporaryFolder folder;
  for (const char* name : {"tree/a", "tree/out/b"}) folder.write(name, "x");
  std::filesystem::create_directory_symlink("tree", folder / "linked");
  EXPECT_EQ(names(all({.roots = {folder / "tree"}, .exclude = {folder / "linked/out"}})),
            (Names{"a"}));
}

TEST(Discovery, KnowsAnExcludedDirectoryThatIsMadeLater) {
  const TemporaryFolder folder;
  folder.write("a/1", "x");
  folder.write("z/2", "x");
  Discovery discovery({.roots = {folder.path()}, .exclude = {folder / "z/out"}, .threads = 0});
  EXPECT_EQ(discovery.next()->file.relative, "a/1");
  folder.write("z/out/3", "x");
  EXPECT_EQ(discovery.next()->file.relative, "z/2");
  EXPECT_FALSE(discovery.next().has_value());
}

TEST(Discovery, GivesARootThatIsAFileUnderItsName) {
  const TemporaryFolder folder;
  const std::string path = folder.write("deep/IM1", "x");
  const auto found = all({.roots = {path}});
  EXPECT_EQ(names(found), (Names{"IM1"}));
  EXPECT_EQ(found[0].file.path, path);
}

TEST(Discovery, KeepsNamesOfSeveralRootsApart) {
  const TemporaryFolder folder;
  for (const char* name : {"1/CT/a", "2/CT/a", "3/CT~2/a", "4/IM", "5/IM"})
    folder.write(name, name);
  const auto found = all({.roots = {folder / "1/CT/", folder / "3/CT~2", folder / "2/CT",
                                    folder / "4/IM", folder / "5/IM"}});
  EXPECT_EQ(names(found), (Names{"CT/a", "CT~2/a", "CT~3/a", "IM", "IM~5"}));
  EXPECT_EQ(content_of(found[2].file.path), "2/CT/a");
}

TEST(Discovery, NamesTheWorkingDirectoryByItsRealName) {
  const TemporaryFolder folder;
  folder.write("here/a", "x");
  folder.write("there/b", "x");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder / "here");
  const auto alone = all({.roots = {"."}});
  const auto both = all({.roots = {".", "../there"}});
  std::filesystem::current_path(before);
  EXPECT_EQ(names(alone), (Names{"a"}));
  EXPECT_EQ(alone[0].file.path, "./a");
  EXPECT_EQ(names(both), (Names{"here/a", "there/b"}));
}

TEST(Discovery, OfAnEmptyDirectoryIsEmpty) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "a/b/c");
  EXPECT_TRUE(names_below(folder.path()).empty());
  EXPECT_TRUE(all({}).empty());
}

TEST(Discovery, StopsAtTheDepthLimitWithoutRecursion) {
  const TemporaryFolder folder;
  int at = ::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (int depth = 0; depth < 600; ++depth) {
    ASSERT_EQ(::mkdirat(at, "d", 0700), 0);
    const int below = ::openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::close(at);
    at = below;
  }
  ::close(at);
  const auto found = all({.roots = {folder.path()}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, Discovered::Kind::Unreadable);
  EXPECT_EQ(found[0].error.code, ErrorCode::LimitExceeded);
}

TEST(Discovery, IsNotCaughtInADirectoryMountedBelowItself) {
  const TemporaryFolder folder;
  folder.write("tree/a", "x");
  std::filesystem::create_directory(folder / "tree/loop");
  if (::mount((folder / "tree").c_str(), (folder / "tree/loop").c_str(), nullptr, MS_BIND,
              nullptr) != 0) {
    GTEST_SKIP() << "may not mount here";
  }
  const auto found = all({.roots = {folder / "tree"}});
  ::umount2((folder / "tree/loop").c_str(), MNT_DETACH);
  ASSERT_EQ(names(found), (Names{"a", "loop"}));
  EXPECT_EQ(found[1].kind, Discovered::Kind::Unreadable);
  EXPECT_EQ(found[1].error.code, ErrorCode::Unsupported);
}

TEST(Discovery, SurvivesATreeThatChangesUnderIt) {
  const TemporaryFolder folder;
  (void)make_random_tree(folder, 11);
  std::atomic<bool> stop{false};
  std::jthread changer([&] {
    for (int i = 0; !stop; ++i) {
      const std::string name = "churn" + std::to_string(i % 20);
      folder.write(name + "/x/y", "");
      std::filesystem::remove_all(folder / name);
    }
  });
  for (int round = 0; round < 10; ++round) {
    Discovery discovery({.roots = {folder.path()}, .threads = 2, .entries_ahead_max = 100});
    while (discovery.next()) {
    }
  }
  stop = true;
}

TEST(FileList, GivesItsPathsInItsOrder) {
  const TemporaryFolder folder;
  const std::string list = folder.write("list", "/b/2\na/1\n\n./c\nlast without newline");
  const auto found = all({.files_from = list});
  EXPECT_EQ(names(found), (Names{"b/2", "a/1", "c", "last without newline"}));
  EXPECT_EQ(found[0].file.path, "/b/2");
  EXPECT_EQ(found[2].file.path, "./c");
}

TEST(FileList, MayBeSeparatedByNul) {
  const TemporaryFolder folder;
  const std::string list = folder.write("list", std::string("with\nnewline\0b\0\0c", 17));
  EXPECT_EQ(names(all({.files_from = list, .null_separated = true})),
            (Names{"with\nnewline", "b", "c"}));
}

TEST(FileList, NeverNamesAnythingOutside) {
  const TemporaryFolder folder;
  const std::string list =
      folder.write("list", "../../etc/passwd\n/../x\na/../../b\n..\n/\na/b/../../..//./c/\n");
  EXPECT_EQ(names(all({.files_from = list})),
            (Names{"etc/passwd", "x", "b", "unnamed", "unnamed~5", "c"}));
}

TEST(FileList, GivesARepeatedNameItsLineNumber) {
  const TemporaryFolder folder;
  const std::string list = folder.write("list", "a/b\n/a/b\na/b\na/b~2\n");
  EXPECT_EQ(names(all({.files_from = list})), (Names{"a/b", "a/b~2", "a/b~3", "a/b~2~4"}));
}

TEST(FileList, ComesAfterTheRootsUnderANameOfItsOwn) {
  const TemporaryFolder folder;
  folder.write("tree/a", "x");
  folder.write("list/b", "x");
  const std::string list = folder.write("names", "a\n");
  EXPECT_EQ(names(all({.roots = {folder / "tree", folder / "list"}, .files_from = list})),
            (Names{"tree/a", "list/b", "list~3/a"}));
}

TEST(FileList, RefusesWhatNoFileCanBeCalled) {
  const TemporaryFolder folder;
  const std::string list =
      folder.write("list", std::string(5000, 'x') + "\n" + std::string("nul\0here\n", 9) +
                               std::string(4095, 'y') + "\n");
  const auto found = all({.files_from = list});
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].kind, Discovered::Kind::Unreadable);
  EXPECT_EQ(found[0].error.actual, static_cast<std::uint64_t>(ENAMETOOLONG));
  EXPECT_EQ(found[0].file.path.size(), 4095u);
  EXPECT_EQ(found[1].kind, Discovered::Kind::Unreadable);
  EXPECT_EQ(found[2].kind, Discovered::Kind::File);
}

TEST(FileList, ThatIsNotThereIsSaidOnce) {
  const auto found = all({.files_from = "/nowhere/list"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, Discovered::Kind::Unreadable);
  EXPECT_EQ(found[0].error.actual, static_cast<std::uint64_t>(ENOENT));
}

TEST(FileList, MayComeThroughAPipeAsStandardInput) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const int before = ::dup(STDIN_FILENO);
  ::dup2(ends[0], STDIN_FILENO);
  std::jthread writer([&] {
    for (const char* part : {"one/t", "wo\nthr", "ee\n", "four"}) {
      EXPECT_GT(::write(ends[1], part, std::string_view(part).size()), 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    ::close(ends[1]);
  });
  const auto found = all({.files_from = "-"});
  ::dup2(before, STDIN_FILENO);
  ::close(before);
  ::close(ends[0]);
  EXPECT_EQ(names(found), (Names{"one/two", "three", "four"}));
}

}  // namespace
}  // namespace slipring::discover
