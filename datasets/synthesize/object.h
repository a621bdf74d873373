// Object: one file of the archive, whole, in memory; and the one that is too large for that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/drawing/pixels.h"
#include "datasets/synthesize/options.h"
#include "datasets/synthesize/plan.h"

namespace slipring::datasets {

class ObjectBuilder {
 public:
  explicit ObjectBuilder(const Options& options) : options_(options) {}
  // The bytes of the file, until the next call.
  [[nodiscard]] const std::vector<std::uint8_t>& build(const Plan& archive, const ObjectPlan& plan);

 private:
  [[nodiscard]] Image image_of(const ObjectPlan& plan) const;
  void draw_frames(const ObjectPlan& content, const Image& image, std::uint64_t pixel_seed);
  void append_pixels(const Syntax& syntax, const Image& image, Defect defect);

  const Options& options_;
  PixelFactory factory_;
  std::vector<std::uint8_t> frames_;
  std::vector<std::uint8_t> file_;
};

// Preamble and meta group (PS3.10 7.1) for a data set in `syntax`.
void append_meta(const std::string& sop_class, const std::string& sop_instance,
                 std::string_view transfer_syntax, bool preamble, std::vector<std::uint8_t>& file);

// options.sparse_frames frames of zeros at `path`: headers are written, pixels are holes.
// Gives "" or what went wrong.
[[nodiscard]] std::string write_sparse(const Options& options, const std::string& path);

}  // namespace slipring::datasets
