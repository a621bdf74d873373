// OpenJPH: HTJ2K, reversible, no colour transform, a line of one component after the other.
#include <ojph_arch.h>
#include <ojph_codestream.h>
#include <ojph_file.h>
#include <ojph_mem.h>
#include <ojph_message.h>
#include <ojph_params.h>
#include <ojph_version.h>

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include "bench/peers/peer.h"
#include "bench/peers/planes.h"

namespace slipring::peers {
namespace {

constexpr ojph::ui32 kDecompositions = 5;

class OpenjphEncoder final : public Task {
 public:
  OpenjphEncoder(const pixel::Layout& layout, Bytes pixels) : layout_(layout), pixels_(pixels) {}

  bool run() override try {
    ojph::codestream codestream;
    describe(codestream);
    file_.open(pixels_.size() + 65536);
    codestream.write_headers(&file_);
    ojph::ui32 component = 0;
    ojph::line_buf* line = codestream.exchange(nullptr, component);
    const std::size_t row_bytes = pixels_.size() / layout_.rows;
    for (std::size_t row = 0; row < layout_.rows; ++row)
      for (std::size_t i = 0; i < layout_.samples_per_pixel; ++i) {
        widen(layout_, pixels_.data() + row * row_bytes + i * layout_.bytes_per_sample(),
              layout_.columns, line->i32);
        line = codestream.exchange(line, component);
      }
    codestream.flush();
    written_ = static_cast<std::size_t>(file_.tell());
    out_.assign(file_.get_data(), file_.get_data() + written_);
    codestream.close();
    return true;
  } catch (const std::exception&) {
    return false;
  }
  [[nodiscard]] Bytes output() override { return out_; }

 private:
  void describe(ojph::codestream& codestream) const {
    ojph::param_siz size = codestream.access_siz();
    size.set_image_extent(ojph::point(layout_.columns, layout_.rows));
    size.set_num_components(layout_.samples_per_pixel);
    for (ojph::ui32 i = 0; i < layout_.samples_per_pixel; ++i)
      size.set_component(i, ojph::point(1, 1), precision_of(layout_), layout_.is_signed);
    ojph::param_cod coding = codestream.access_cod();
    coding.set_num_decomposition(kDecompositions);
    coding.set_block_dims(64, 64);
    coding.set_reversible(true);
    coding.set_color_transform(false);
    codestream.set_planar(false);
  }

  pixel::Layout layout_;
  Bytes pixels_;
  ojph::mem_outfile file_;
  std::vector<std::uint8_t> out_;
  std::size_t written_ = 0;
};

class OpenjphDecoder final : public Task {
 public:
  OpenjphDecoder(const pixel::Layout& layout, Bytes stream)
      : layout_(layout), stream_(stream), out_(*layout.frame_bytes()) {}

  bool run() override try {
    ojph::codestream codestream;
    ojph::mem_infile file;
    file.open(stream_.data(), stream_.size());
    codestream.read_headers(&file);
    codestream.set_planar(false);
    codestream.create();
    const std::size_t row_bytes = out_.size() / layout_.rows;
    for (std::size_t row = 0; row < layout_.rows; ++row)
      for (std::size_t i = 0; i < layout_.samples_per_pixel; ++i) {
        ojph::ui32 component = 0;
        const ojph::line_buf* line = codestream.pull(component);
        narrow(layout_, line->i32, layout_.columns,
               out_.data() + row * row_bytes + component * layout_.bytes_per_sample());
      }
    codestream.close();
    return true;
  } catch (const std::exception&) {
    return false;
  }
  [[nodiscard]] Bytes output() override { return out_; }

 private:
  pixel::Layout layout_;
  Bytes stream_;
  std::vector<std::uint8_t> out_;
};

class Openjph final : public Peer {
 public:
  Openjph()
      : version_(std::to_string(OPENJPH_VERSION_MAJOR) + '.' +
                 std::to_string(OPENJPH_VERSION_MINOR) + '.' +
                 std::to_string(OPENJPH_VERSION_PATCH)) {}
  [[nodiscard]] const char* name() const override { return "OpenJPH"; }
  [[nodiscard]] const char* version() const override { return version_.c_str(); }
  [[nodiscard]] const char* codec() const override { return "htj2k"; }
  [[nodiscard]] Task* encoder(const pixel::Layout& layout, Bytes pixels) override {
    return fits_planes(layout) ? new OpenjphEncoder(layout, pixels) : nullptr;
  }
  [[nodiscard]] Task* decoder(const pixel::Layout& layout, Bytes stream) override {
    return fits_planes(layout) ? new OpenjphDecoder(layout, stream) : nullptr;
  }

 private:
  std::string version_;
};

}  // namespace
}  // namespace slipring::peers

extern "C" std::size_t slipring_list_peers(slipring::peers::Peer** peers, std::size_t most) {
  if (most == 0) return 0;
  peers[0] = new slipring::peers::Openjph;
  return 1;
}
