// The decoder of T.81 Annex H as it is written there: bit by bit, sample by sample.
#include <algorithm>

#include "codecs/jpeg_lossless/decode/scan.h"
#include "codecs/jpeg_lossless/decode/unstuff.h"
#include "codecs/jpeg_lossless/lines/predict.h"
#include "codecs/jpeg_lossless/lines/store.h"

namespace slipring::codecs::jpeg_lossless {

namespace {

constexpr std::size_t kLinesSlot = 3;
constexpr std::size_t kComparedSlot = 5;

// NEXTBIT (F.2.2.5). Behind the end come zeros, and ended() is true.
class BitSource {
 public:
  BitSource(Bytes stream, std::uint64_t at) : stream_(stream), at_(at) {}

  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] std::uint64_t offset() const { return at_; }

  std::uint32_t bit() {
    if (left_ == 0) {
      if (!next_byte(byte_)) {
        ended_ = true;
        return 0;
      }
      left_ = 8;
    }
    --left_;
    return byte_ >> left_ & 1U;
  }

  std::uint32_t bits(std::uint32_t count) {
    std::uint32_t value = 0;
    for (std::uint32_t i = 0; i < count; ++i) value = value << 1 | bit();
    return value;
  }

  // DECODE (F.2.2.3); 256 for no code.
  std::uint32_t category(const HuffmanCodes& codes) {
    std::uint32_t code = 0;
    for (std::uint32_t length = 1; length <= kCodeBitsMax; ++length) {
      code = code << 1 | bit();
      const HuffmanCodes::Code found = codes.decode(code << (kCodeBitsMax - length));
      if (found.bits == length) return found.value;
    }
    return kTableValuesMax;
  }

  // Drops what is left of the byte and all bytes up to a marker; true when there were any.
  bool skip_to_marker() {
    left_ = 0;
    bool any = false;
    for (std::uint32_t dropped = 0; next_byte(dropped);) any = true;
    return any;
  }

  // The marker's code at offset(), and steps over it; 0 at the stream's end.
  std::uint8_t marker() {
    while (at_ < stream_.size() && stream_[at_] == 0xFF) ++at_;
    return at_ < stream_.size() ? stream_[at_++] : std::uint8_t{0};
  }

 private:
  bool next_byte(std::uint32_t& byte) {
    if (at_ >= stream_.size()) return false;
    byte = stream_[at_];
    if (byte != 0xFF) {
      ++at_;
      return true;
    }
    const AfterFf after = after_ff(stream_, at_);
    at_ = after.next;
    return after.is_data;
  }

  Bytes stream_;
  std::size_t at_;
  std::uint32_t byte_ = 0;
  std::uint32_t left_ = 0;
  bool ended_ = false;
};

class ScalarScan {
 public:
  ScalarScan(const StreamReader& reader, const Target& target, Sixteen sixteen, Scratch& scratch)
      : frame_(reader.frame()),
        scan_(reader.scan()),
        target_(target),
        sixteen_(sixteen),
        stream_(reader.stream()),
        source_(reader.stream(), reader.scan().begin),
        out_(target, reader.scan().components,
             scratch.take(kComparedSlot, LineOut::room_bytes(target)).data()) {
    form_ = {frame_.precision_bits, scan_.point_transform, target.is_signed};
    const std::size_t pitch = kLineMargin + frame_.columns;
    const MutableBytes lines =
        scratch.take(kLinesSlot, std::size_t{2} * scan_.components * pitch * sizeof(std::uint16_t));
    auto* line = reinterpret_cast<std::uint16_t*>(lines.data()) + kLineMargin;
    for (std::size_t k = 0; k < scan_.components; ++k) {
      codes_[k] = HuffmanCodes(reader.table(scan_.table[k]));
      above_[k] = line + 2 * k * pitch;
      now_[k] = above_[k] + pitch;
    }
  }

  Result<ScanEnd> run() {
    for (line_ = 0; line_ < frame_.rows; ++line_) {
      TRY(decode_line());
      store();
      std::swap(above_, now_);
    }
    end_.excess |= source_.skip_to_marker();
    end_.offset = source_.offset();
    end_.differs = out_.differs();
    return end_;
  }

 private:
  Result<void> decode_line() {
    // Where the samples predicted from their left alone begin, and the first of them.
    std::size_t restarted = line_ == 0 ? 0 : frame_.columns;
    for (std::size_t x = 0; x < frame_.columns; ++x) {
      const std::uint64_t index = std::uint64_t{line_} * frame_.columns + x;
      if (scan_.restart_interval != 0 && index != 0 && index % scan_.restart_interval == 0) {
        TRY(restart(index / scan_.restart_interval));
        restarted = x;
      }
      for (std::size_t k = 0; k < scan_.components; ++k) {
        TRY_ASSIGN(const std::uint16_t difference, decode_difference(codes_[k]));
        now_[k][x] = sample(k, x, restarted, difference);
        end_.reduced |= (now_[k][x] & form_.excess_bits()) != 0;
      }
    }
    return {};
  }

  std::uint16_t sample(std::size_t k, std::size_t x, std::size_t restarted,
                       std::uint16_t difference) {
    if (x == restarted)
      return static_cast<std::uint16_t>(
          difference + (1U << (frame_.precision_bits - scan_.point_transform - 1)));
    if (x > restarted) return static_cast<std::uint16_t>(difference + now_[k][x - 1]);
    const std::int32_t b = above_[k][x];
    const std::int32_t predicted =
        x == 0 ? b : predict(scan_.predictor, now_[k][x - 1], b, above_[k][x - 1]);
    return static_cast<std::uint16_t>(difference + predicted);
  }

  Result<std::uint16_t> decode_difference(const HuffmanCodes& codes) {
    const std::uint32_t category = source_.category(codes);
    if (source_.ended()) return std::unexpected(early_end());
    if (category > kCategoryMax)
      return fail(ErrorCode::Malformed, source_.offset(),
                  category == kTableValuesMax ? "a Huffman code that does not exist"
                                              : "a category of differences beyond 16",
                  frame_.rows, line_);
    if (category == kCategoryMax && sixteen_ == Sixteen::Alone) return std::uint16_t{0x8000};
    const std::uint32_t bits = source_.bits(category);
    if (source_.ended()) return std::unexpected(early_end());
    return extend(bits, category);
  }

  [[nodiscard]] Error early_end() const {
    if (source_.offset() + 1 >= stream_.size())
      return {ErrorCode::Truncated, source_.offset(), "the JPEG data ends inside a scan",
              frame_.rows, line_};
    return {ErrorCode::Malformed, source_.offset(), "a marker inside a scan", frame_.rows, line_};
  }

  // F.2.2.4, B.2.1: `number` counts from 1; its marker is RST (number - 1) modulo 8.
  Result<void> restart(std::uint64_t number) {
    end_.excess |= source_.skip_to_marker();
    const std::uint64_t at = source_.offset();
    const std::uint8_t marker = source_.marker();
    const auto expected = static_cast<std::uint8_t>(jpeg_marker::kRst0 + (number - 1) % 8);
    if (marker == expected) return {};
    if (marker == 0)
      return fail(ErrorCode::Truncated, at, "the JPEG data ends inside a scan", frame_.rows, line_);
    return fail(ErrorCode::Malformed, at, "a restart marker is missing or out of order",
                frame_.rows, line_);
  }

  void store() {
    const std::size_t pixel_bytes = std::size_t{target_.samples_per_pixel} * target_.sample_bytes;
    std::uint8_t* to = out_.begin(line_);
    const StoredLine line{{}, frame_.columns, form_, target_.sample_bytes};
    for (std::size_t k = 0; k < scan_.components; ++k)
      store_plane(now_[k], line, to + std::size_t{scan_.component[k]} * target_.sample_bytes,
                  pixel_bytes);
    out_.end(line_);
  }

  const Frame& frame_;
  const Scan& scan_;
  const Target& target_;
  Sixteen sixteen_;
  Bytes stream_;
  BitSource source_;
  LineOut out_;
  SampleForm form_;
  std::array<HuffmanCodes, kComponentsMax> codes_;
  std::array<std::uint16_t*, kComponentsMax> above_ = {};
  std::array<std::uint16_t*, kComponentsMax> now_ = {};
  std::size_t line_ = 0;
  ScanEnd end_;
};

}  // namespace

Result<ScanEnd> decode_scan_scalar(const StreamReader& reader, const Target& target,
                                   Sixteen sixteen, Scratch& scratch) {
  return ScalarScan(reader, target, sixteen, scratch).run();
}

}  // namespace slipring::codecs::jpeg_lossless
