// Small files that are read whole with their head, and given away.
#include <gtest/gtest.h>

#include "engine/map/map.h"
#include "tests/engine/map/temporary_folder.h"

namespace slipring::map {
namespace {

using test::TemporaryFolder;

constexpr Policy kPolicy{.head_bytes = 16, .whole_max_bytes = 1000};

TEST(SmallFileTest, IsReadWholeWithItsHeadUpToTheSizeAskedFor) {
  const TemporaryFolder folder;
  MappedFile file;
  for (const std::size_t size : {0U, 1U, 16U, 17U, 999U, 1000U}) {
    const std::string content(size, 'a');
    ASSERT_TRUE(file.open_head(folder.write("f", content), kPolicy).has_value());
    EXPECT_TRUE(file.complete());
    EXPECT_EQ(as_text(file.bytes()), content);
  }
  const std::string path = folder.write("g", std::string(1001, 'b'));
  ASSERT_TRUE(file.open_head(path, kPolicy).has_value());
  EXPECT_FALSE(file.complete());
  EXPECT_EQ(file.bytes().size(), 16U);
}

TEST(SmallFileTest, IsGivenAwayAndTheNextIsReadIntoAnotherBuffer) {
  const TemporaryFolder folder;
  MappedFile file;
  ASSERT_TRUE(file.open_head(folder.write("f", std::string(700, 'a')), kPolicy).has_value());
  const Bytes seen = file.bytes();
  Buffer taken;
  taken.append(std::uint8_t{7});
  file.give_bytes(taken);
  EXPECT_EQ(taken.bytes().data(), seen.data());
  EXPECT_EQ(as_text(taken.bytes()), std::string(700, 'a'));
  EXPECT_TRUE(file.bytes().empty());
  ASSERT_TRUE(file.open_head(folder.write("g", std::string(300, 'b')), kPolicy).has_value());
  EXPECT_EQ(as_text(file.bytes()), std::string(300, 'b'));
  EXPECT_EQ(as_text(taken.bytes()), std::string(700, 'a'));
}

}  // namespace
}  // namespace slipring::map
