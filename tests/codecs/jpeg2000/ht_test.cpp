// HT code-blocks (ITU-T T.814), one to an image, with bodies that no encoder makes.
#include <gtest/gtest.h>

#include <random>

#include "codecs/jpeg2000/openjpeg/openjpeg_codec.h"
#include "tests/codecs/frames.h"

// Behind the assertion wall the library loses two small blocks a failure (assertion_wall.h).
// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
extern "C" const char* __lsan_default_suppressions() { return "leak:libopenjp2"; }

namespace slipring::codecs::jpeg2000 {
namespace {

using namespace codecs::fixture;

const pixel::Layout kGrey = layout(16, 16, 1, 8, 8);

// A 16 x 16 image of one HT code-block whose cleanup segment is `body`, below 64 bytes.
Pixels one_block(const Pixels& body) {
  Pixels s = {0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0x40, 0,  // SOC, SIZ with the HT bit in Rsiz
              0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0,
              0, 0, 0, 0, 0, 0, 1, 7, 1, 1, 0xFF, 0x50, 0, 8, 0, 2, 0, 0, 0, 0,  // CAP
              0xFF, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0x40, 1,                // COD: no levels,
                                                                                 // reversible
              0xFF, 0x5C, 0, 4, 0x40, 8 << 3};                                   // QCD
  // T.800 B.10: not empty 1, included 1, one missing bit plane 01, one pass 0, Lblock 6 1110,
  // length.
  const unsigned bits = 0b1101'0111'0U << 6 | static_cast<unsigned>(body.size());
  const Pixels packet = {static_cast<std::uint8_t>(bits >> 7),
                         static_cast<std::uint8_t>(bits << 1)};
  const std::size_t length = 14 + packet.size() + body.size();
  const Pixels tile = {0xFF, 0x90, 0,    10,  0, 0, 0, 0, 0, static_cast<std::uint8_t>(length),
                       0,    1,    0xFF, 0x93};
  for (const Pixels& part : {tile, packet, body}) s.insert(s.end(), part.begin(), part.end());
  s.insert(s.end(), {0xFF, 0xD9});
  return s;
}

// T.814 7.1: the last 12 bits are Scup, the bytes of the MEL and VLC segments.
Pixels body_with(Pixels body, std::size_t scup) {
  body.back() = static_cast<std::uint8_t>(scup >> 4);
  body[body.size() - 2] = static_cast<std::uint8_t>((body[body.size() - 2] & 0xF0) | (scup & 15));
  return body;
}

TEST(Htj2k, ABlockOfAnyBitsIsDecodedOrRefused) {
  std::mt19937 random(5);
  int decoded = 0;
  for (int i = 0; i < 20'000; ++i) {
    Pixels body(4 + random() % 59);
    const unsigned spread = 1U << (random() % 9);
    for (std::uint8_t& byte : body)
      byte = static_cast<std::uint8_t>(random() % spread + 256 - spread);
    const Pixels stream = one_block(body_with(body, 2 + random() % (body.size() - 1)));
    if (decode(openjpeg_row(), stream, kGrey).status) ++decoded;
  }
  EXPECT_GT(decoded, 100);
}

// OpenJPEG 2.5.0 asserts that no byte above 0x8F follows 0xFF at the start of the MEL segment.
TEST(Htj2k, AMelSegmentThatFailsAnAssertionIsMalformedAndTheProcessLives) {
  Pixels body(40, 0xFF);
  const auto info = openjpeg_row().probe(std::vector<Bytes>{one_block(body)});
  ASSERT_TRUE(info);
  EXPECT_EQ(info->kind, Codestream::Htj2k);
  int refused = 0;
  for (std::size_t scup = 2; scup <= body.size(); ++scup) {
    const Decoded back = decode(openjpeg_row(), one_block(body_with(body, scup)), kGrey);
    if (back.status) continue;
    EXPECT_EQ(back.status.error().code, ErrorCode::Malformed);
    ++refused;
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace slipring::codecs::jpeg2000
