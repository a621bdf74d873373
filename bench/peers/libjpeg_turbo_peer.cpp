// libjpeg-turbo through the libjpeg interface: DCT of 8 bits; from version 3 on also DCT of 12 bits
// and the lossless process. No colour conversion: components go in and come out as they are.
#include <cstddef>
#include <cstdio>
// jpeglib.h wants size_t and FILE before it.
#include <jpeglib.h>

#include <csetjmp>
#include <cstdlib>
#include <vector>

#include "bench/peers/peer.h"

#define SLIPRING_TEXT_OF(x) #x
#define SLIPRING_TEXT(x) SLIPRING_TEXT_OF(x)

namespace slipring::peers {
namespace {

#if LIBJPEG_TURBO_VERSION_NUMBER >= 3000000
constexpr bool kVersion3 = true;
#else
constexpr bool kVersion3 = false;
#endif
constexpr bool kAnyPrecision = LIBJPEG_TURBO_VERSION_NUMBER >= 3000090;  // lossless: 2 to 16 bits
constexpr int kLossyQuality = 90;

enum class Process { Dct, Lossless };

struct Guard {
  jpeg_error_mgr base;  // first: libjpeg knows this part
  std::jmp_buf jump;
};

void leave(j_common_ptr info) { std::longjmp(reinterpret_cast<Guard*>(info->err)->jump, 1); }
void keep_quiet(j_common_ptr) {}

void prepare(Guard& guard) {
  jpeg_std_error(&guard.base);
  guard.base.error_exit = leave;
  guard.base.output_message = keep_quiet;
}

// What the library's calls for this many bits take: 8, 12 or 16.
int family_of(unsigned precision) { return precision <= 8 ? 8 : precision <= 12 ? 12 : 16; }

int coded_precision(const pixel::Layout& layout, Process process) {
  const unsigned bits = precision_of(layout);
  if (process == Process::Lossless && kAnyPrecision) return static_cast<int>(bits);
  return family_of(bits);
}

// Rows of frame bytes, as the library wants to be handed them: an array of pointers.
template <class Row>
std::vector<Row> rows_of(std::uint8_t* frame, const pixel::Layout& layout) {
  const std::size_t row_bytes =
      std::size_t{layout.columns} * layout.samples_per_pixel * layout.bytes_per_sample();
  std::vector<Row> rows(layout.rows);
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] = reinterpret_cast<Row>(frame + i * row_bytes);
  return rows;
}

class TurboEncoder final : public Task {
 public:
  TurboEncoder(Process process, const pixel::Layout& layout, Bytes pixels)
      : process_(process),
        layout_(layout),
        rows_(rows_of<void*>(const_cast<std::uint8_t*>(pixels.data()), layout)) {
    prepare(guard_);
  }
  ~TurboEncoder() override { std::free(out_); }
  TurboEncoder(const TurboEncoder&) = delete;
  TurboEncoder& operator=(const TurboEncoder&) = delete;

  bool run() override {
    info_.err = &guard_.base;
    if (setjmp(guard_.jump) != 0) {
      jpeg_destroy_compress(&info_);
      return false;
    }
    jpeg_create_compress(&info_);
    size_ = room_;
    unsigned char* before = out_;
    jpeg_mem_dest(&info_, &out_, &size_);
    describe();
    jpeg_start_compress(&info_, TRUE);
    write_rows();
    jpeg_finish_compress(&info_);
    jpeg_destroy_compress(&info_);
    if (out_ != before) {  // it took a larger one and left ours to us
      std::free(before);
      room_ = size_;
    }
    return true;
  }
  [[nodiscard]] Bytes output() override { return {out_, size_}; }

 private:
  void describe() {
    info_.image_width = layout_.columns;
    info_.image_height = layout_.rows;
    info_.input_components = layout_.samples_per_pixel;
    info_.in_color_space = layout_.samples_per_pixel == 3 ? JCS_RGB : JCS_GRAYSCALE;
    info_.data_precision = coded_precision(layout_, process_);
    jpeg_set_defaults(&info_);
    jpeg_set_colorspace(&info_, info_.in_color_space);
    info_.optimize_coding = TRUE;
    jpeg_set_quality(&info_, kLossyQuality, TRUE);
#if LIBJPEG_TURBO_VERSION_NUMBER >= 3000000
    if (process_ == Process::Lossless) jpeg_enable_lossless(&info_, 1, 0);
#endif
  }

  void write_rows() {
    const int family = family_of(static_cast<unsigned>(info_.data_precision));
    while (info_.next_scanline < info_.image_height) {
      void** rows = rows_.data() + info_.next_scanline;
      const JDIMENSION left = info_.image_height - info_.next_scanline;
      if (family == 8) jpeg_write_scanlines(&info_, reinterpret_cast<JSAMPARRAY>(rows), left);
#if LIBJPEG_TURBO_VERSION_NUMBER >= 3000000
      if (family == 12) jpeg12_write_scanlines(&info_, reinterpret_cast<J12SAMPARRAY>(rows), left);
      if (family == 16) jpeg16_write_scanlines(&info_, reinterpret_cast<J16SAMPARRAY>(rows), left);
#endif
    }
  }

  Process process_;
  pixel::Layout layout_;
  std::vector<void*> rows_;
  Guard guard_{};
  jpeg_compress_struct info_{};
  unsigned char* out_ = nullptr;
  unsigned long size_ = 0;
  unsigned long room_ = 0;
};

class TurboDecoder final : public Task {
 public:
  TurboDecoder(const pixel::Layout& layout, Bytes stream)
      : layout_(layout),
        stream_(stream),
        out_(*layout.frame_bytes()),
        rows_(rows_of<void*>(out_.data(), layout)) {
    prepare(guard_);
  }

  bool run() override {
    info_.err = &guard_.base;
    if (setjmp(guard_.jump) != 0) {
      jpeg_destroy_decompress(&info_);
      return false;
    }
    jpeg_create_decompress(&info_);
    jpeg_mem_src(&info_, stream_.data(), stream_.size());
    jpeg_read_header(&info_, TRUE);
    info_.out_color_space = info_.jpeg_color_space;
    const bool fits = info_.image_width == layout_.columns && info_.image_height == layout_.rows &&
                      info_.num_components == layout_.samples_per_pixel &&
                      (family_of(static_cast<unsigned>(info_.data_precision)) == 8) ==
                          (layout_.bits_allocated == 8);
    if (fits) {
      jpeg_start_decompress(&info_);
      read_rows();
      jpeg_finish_decompress(&info_);
    }
    jpeg_destroy_decompress(&info_);
    return fits;
  }
  [[nodiscard]] Bytes output() override { return out_; }

 private:
  void read_rows() {
    const int family = family_of(static_cast<unsigned>(info_.data_precision));
    while (info_.output_scanline < info_.output_height) {
      void** rows = rows_.data() + info_.output_scanline;
      const JDIMENSION left = info_.output_height - info_.output_scanline;
      if (family == 8) jpeg_read_scanlines(&info_, reinterpret_cast<JSAMPARRAY>(rows), left);
#if LIBJPEG_TURBO_VERSION_NUMBER >= 3000000
      if (family == 12) jpeg12_read_scanlines(&info_, reinterpret_cast<J12SAMPARRAY>(rows), left);
      if (family == 16) jpeg16_read_scanlines(&info_, reinterpret_cast<J16SAMPARRAY>(rows), left);
#endif
    }
  }

  pixel::Layout layout_;
  Bytes stream_;
  std::vector<std::uint8_t> out_;
  std::vector<void*> rows_;
  Guard guard_{};
  jpeg_decompress_struct info_{};
};

class Turbo final : public Peer {
 public:
  explicit Turbo(Process process) : process_(process) {}
  [[nodiscard]] const char* name() const override { return "libjpeg-turbo"; }
  [[nodiscard]] const char* version() const override {
    return SLIPRING_TEXT(LIBJPEG_TURBO_VERSION);
  }
  [[nodiscard]] const char* codec() const override { return lossless() ? "jpeg-lossless" : "jpeg"; }
  [[nodiscard]] bool lossless() const override { return process_ == Process::Lossless; }
  [[nodiscard]] Task* encoder(const pixel::Layout& layout, Bytes pixels) override {
    return fits(layout) ? new TurboEncoder(process_, layout, pixels) : nullptr;
  }
  [[nodiscard]] Task* decoder(const pixel::Layout& layout, Bytes stream) override {
    return fits(layout) ? new TurboDecoder(layout, stream) : nullptr;
  }

 private:
  [[nodiscard]] bool fits(const pixel::Layout& layout) const {
    const unsigned bits = precision_of(layout);
    if (layout.bits_allocated == 8) return bits == 8;
    if (layout.bits_allocated != 16 || !kVersion3 || bits <= 8) return false;
    return process_ == Process::Lossless || bits == 12;
  }
  Process process_;
};

}  // namespace
}  // namespace slipring::peers

extern "C" std::size_t slipring_list_peers(slipring::peers::Peer** peers, std::size_t most) {
  using namespace slipring::peers;
  std::size_t count = 0;
  if (count < most) peers[count++] = new Turbo(Process::Dct);
  if (count < most && kVersion3) peers[count++] = new Turbo(Process::Lossless);
  return count;
}
