#include "engine/ingest/options.h"

#include <gtest/gtest.h>

namespace slipring::ingest {
namespace {

TEST(Options, SettlingFillsWhatDependsOnTheMachine) {
  Options options;
  options.command = Command::Convert;
  options.output = "/out";
  settle(options);
  EXPECT_GE(options.threads, 1U);
  EXPECT_GE(options.memory_bytes, std::uint64_t{64} << 20);
  EXPECT_EQ(options.ledger, "/out/.slipring/ledger.db");
}

TEST(Options, HashChangesWithWhatTheOutputDependsOnAndWithNothingElse) {
  Options options;
  options.target = dicom::transfer_syntax_named("rle");
  const std::string hash = option_hash(options);
  Options threads = options;
  threads.threads = 7;
  EXPECT_EQ(option_hash(threads), hash);
  Options target = options;
  target.target = dicom::transfer_syntax_named("j2k-lossless");
  EXPECT_NE(option_hash(target), hash);
  Options layout = options;
  layout.layout = TreeLayout::Uid;
  EXPECT_NE(option_hash(layout), hash);
}

}  // namespace
}  // namespace slipring::ingest
