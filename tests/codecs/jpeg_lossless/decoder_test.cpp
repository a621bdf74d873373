#include "codecs/jpeg_lossless/decode/scan.h"
#include "tests/codecs/jpeg_lossless/decoded.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;
using test::for_every_target;

const FormatRow& row() { return jpeg_lossless::jpeg_lossless_row(); }

LosslessStream stream_of(std::uint32_t rows, std::uint32_t columns, std::uint32_t components,
                         std::uint32_t precision, Content content) {
  LosslessStream s;
  s.rows = rows;
  s.columns = columns;
  s.components = components;
  s.precision = precision;
  fill(s, content, rows * 131 + columns);
  return s;
}

TEST(LosslessDecoder, ReadsEverySelectionValueAtEveryPrecision) {
  for_every_target([] {
    for (std::uint32_t precision = 2; precision <= 16; ++precision) {
      for (std::uint32_t predictor = 1; predictor <= 7; ++predictor) {
        for (const Content content : kContents) {
          LosslessStream s = stream_of(9, 43, 1, precision, content);
          s.predictor = predictor;
          expect_decodes(s);
        }
      }
    }
  });
}

TEST(LosslessDecoder, ExtendsTheSignFromThePrecision) {
  for_every_target([] {
    for (std::uint32_t precision = 2; precision <= 16; ++precision)
      for (const std::uint32_t components : {1U, 3U})
        expect_decodes(stream_of(5, 70, components, precision, Content::Noise), true);
  });
}

TEST(LosslessDecoder, ReadsImagesOfEverySize) {
  for_every_target([] {
    for (const auto& [rows, columns] :
         std::vector<std::pair<std::uint32_t, std::uint32_t>>{{1, 1},
                                                              {1, 2},
                                                              {2, 1},
                                                              {67, 1},
                                                              {1, 67},
                                                              {3, 5},
                                                              {16, 16},
                                                              {2, 383},
                                                              {2, 384},
                                                              {2, 385},
                                                              {3, 1000}})
      for (const std::uint32_t components : {1U, 2U, 3U, 4U})
        expect_decodes(stream_of(rows, columns, components, 12, Content::Smooth));
  });
}

TEST(LosslessDecoder, ReadsComponentsInterleavedAndInScansOfTheirOwn) {
  for_every_target([] {
    for (const std::uint32_t components : {2U, 3U, 4U}) {
      for (const bool interleaved : {true, false}) {
        for (const bool tables_differ : {true, false}) {
          LosslessStream s = stream_of(11, 137, components, 8, Content::Smooth);
          s.interleaved = interleaved;
          s.tables_differ = tables_differ;
          s.predictor = components;
          expect_decodes(s);
        }
      }
    }
  });
}

TEST(LosslessDecoder, UndoesThePointTransform) {
  for_every_target([] {
    for (const std::uint32_t precision : {8U, 12U, 16U}) {
      for (const std::uint32_t point_transform : {1U, 3U, precision - 1}) {
        LosslessStream s;
        s.rows = 7;
        s.columns = 50;
        s.precision = precision;
        s.predictor = 4;
        s.point_transform = point_transform;
        fill(s, Content::Noise);
        expect_decodes(s);
      }
    }
  });
}

TEST(LosslessDecoder, ResetsThePredictorAtEveryRestart) {
  for_every_target([] {
    for (const std::uint32_t predictor : {1U, 4U, 5U, 6U, 7U}) {
      for (const std::uint32_t lines : {1U, 2U, 3U, 19U, 40U}) {
        for (const std::uint32_t components : {1U, 3U}) {
          LosslessStream s = stream_of(19, 45, components, 12, Content::Smooth);
          s.predictor = predictor;
          s.restart_interval = lines * s.columns;
          expect_decodes(s);
        }
      }
    }
  });
}

TEST(LosslessDecoder, ReadsRestartsInsideALineWhereNothingIsAmbiguous) {
  for_every_target([] {
    for (const std::uint32_t interval : {1U, 5U, 15U}) {
      LosslessStream s = stream_of(6, 45, 3, 8, Content::Smooth);
      s.predictor = 6;
      s.restart_interval = interval;
      const Decoded decoded = decode_lossless(write_lossless(s), layout_of(s));
      ASSERT_TRUE(decoded.status) << decoded.status.error().what;
      EXPECT_TRUE(decoded.pixels == frame_of(s, layout_of(s)));
      EXPECT_EQ(decoded.quirks.bits, static_cast<std::uint32_t>(Quirk::RestartInsideLine));
    }
  });
}

TEST(LosslessDecoder, RefusesRestartsThatLeaveTheNeighboursInDoubt) {
  for (const std::uint32_t interval : {7U, 46U, 100U}) {
    LosslessStream s = stream_of(6, 45, 1, 8, Content::Smooth);
    s.restart_interval = interval;
    const auto stream = write_lossless(s);
    const Decoded decoded = decode_lossless(stream, layout_of(s));
    ASSERT_FALSE(decoded.status);
    EXPECT_EQ(decoded.status.error().code, ErrorCode::Unsupported);
    const std::vector<Bytes> fragments = {stream};
    EXPECT_EQ(row().probe(fragments).error().code, ErrorCode::Unsupported);
  }
}

TEST(LosslessDecoder, AnIntervalBeyondTheImageIsNone) {
  LosslessStream s = stream_of(6, 45, 1, 8, Content::Smooth);
  s.restart_interval = 6 * 45 + 1;
  expect_decodes(s);
}

TEST(LosslessDecoder, WidensToTheLayoutsSamples) {
  LosslessStream s = stream_of(6, 45, 3, 8, Content::Noise);
  for (const std::uint16_t allocated : std::vector<std::uint16_t>{16, 32, 64}) {
    for (const bool is_signed : {false, true}) {
      pixel::Layout l = layout_of(s, is_signed);
      l.bits_allocated = allocated;
      const Decoded decoded = decode_lossless(write_lossless(s), l);
      ASSERT_TRUE(decoded.status);
      EXPECT_TRUE(decoded.pixels == frame_of(s, l));
    }
  }
}

TEST(LosslessDecoder, ReadsAStreamInPieces) {
  LosslessStream s = stream_of(30, 45, 1, 12, Content::Smooth);
  const auto stream = write_lossless(s);
  const Decoded decoded = decode(row(), split(stream), layout_of(s));
  ASSERT_TRUE(decoded.status);
  EXPECT_TRUE(decoded.pixels == frame_of(s, layout_of(s)));
}

// A batch of frames that differ in everything that may differ, one of them damaged.
TEST(LosslessDecoder, ABatchGivesWhatItsFramesGiveAlone) {
  std::vector<LosslessStream> all;
  for (std::uint32_t i = 0; i < 11; ++i) {
    LosslessStream s;
    s.rows = 9 + i % 3;
    s.columns = i == 7 ? 44 : 45;
    s.components = i == 5 ? 3 : 1;
    s.precision = 8 + i % 7;
    s.predictor = 1 + i % 7;
    if (i % 4 == 1) s.restart_interval = 2 * s.columns;
    fill(s, kContents[i % 5], i);
    all.push_back(s);
  }
  for_every_target([&all] {
    for (std::size_t first = 0; first < all.size(); ++first) {
      std::vector<std::vector<std::uint8_t>> streams;
      std::vector<Bytes> views;
      std::vector<Pixels> outs;
      std::vector<DecodeJob> jobs;
      for (std::size_t i = first; i < all.size(); ++i) {
        streams.push_back(write_lossless(all[i]));
        if (i == 4) streams.back().resize(streams.back().size() / 2);
        outs.emplace_back(layout_of(all[i]).frame_bytes().value());
      }
      for (const auto& stream : streams) views.emplace_back(stream);
      for (std::size_t i = 0; i < outs.size(); ++i)
        jobs.push_back({{&views[i], 1}, layout_of(all[first + i]), outs[i], {}, {}});
      Scratch scratch;
      row().decode_batch(jobs, scratch);
      for (std::size_t i = 0; i < outs.size(); ++i) {
        SCOPED_TRACE(first + i);
        const Decoded alone = decode_by_the_book({views[i]}, layout_of(all[first + i]));
        expect_same({jobs[i].status, jobs[i].quirks, outs[i]}, alone);
        EXPECT_EQ(jobs[i].status.has_value(), first + i != 4);
      }
    }
  });
}

// Larger images, whose short codes are read two at a time; long ones and category 16 among them.
TEST(LosslessDecoder, ReadsTwoSymbolsToALookup) {
  for_every_target([] {
    for (const std::uint32_t components : {1U, 3U}) {
      LosslessStream s = stream_of(50, 401, components, 16, Content::Smooth);
      std::mt19937 random(3);
      for (std::size_t i = 0; i < s.samples[0].size(); i += 1 + random() % 40)
        s.samples[0][i] = static_cast<std::uint16_t>(random());
      for (std::size_t i = 700; i < s.samples[0].size(); i += 977)
        s.samples[0][i] = static_cast<std::uint16_t>(s.samples[0][i - 1] + 32768);
      expect_decodes(s);
      const auto good = write_lossless(s);
      for (int round = 0; round < 10; ++round) {
        auto damaged = good;
        damaged[150 + random() % (good.size() - 150)] ^= 0x24;
        (void)decode_lossless(damaged, layout_of(s));
        damaged.resize(good.size() - 1 - random() % 3000);
        (void)decode_lossless(damaged, layout_of(s));
      }
    }
  });
}

// The fast decoder hands what it cannot finish to the other: that must not happen to good streams.
TEST(LosslessDecoder, GoodStreamsNeverNeedTheScalarDecoder) {
  for (const Content content : kContents) {
    for (const std::uint32_t components : {1U, 3U}) {
      LosslessStream s = stream_of(40, 333, components, 16, content);
      const auto stream = write_lossless(s);
      jpeg_lossless::StreamReader reader(stream);
      ASSERT_TRUE(reader.open());
      const pixel::Layout l = layout_of(s);
      Pixels out(l.frame_bytes().value());
      jpeg_lossless::ScanJob job;
      job.reader = &reader;
      job.target = {out, {}, l.rows, l.columns, l.samples_per_pixel, l.bytes_per_sample(), false};
      Scratch scratch;
      jpeg_lossless::decode_scans({&job, 1}, scratch);
      EXPECT_TRUE(job.done);
      EXPECT_TRUE(out == frame_of(s, l));
    }
  }
}

}  // namespace
}  // namespace slipring::codecs
