// frame: one frame of one object as an image that anything opens, to look at what an archive holds;
// of JPEG 2000 and HTJ2K also its smaller resolutions.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include "engine/cli/commands.h"
#include "engine/cli/file/one_file.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"
#include "engine/pixels/pixels.h"

namespace slipring::cli {

namespace {

struct FrameOptions {
  std::string file;
  std::string out;
  std::size_t number = 1;
  unsigned reduce = 0;
};

bool is_image_name(const std::string& name) {
  return name.ends_with(".pgm") || name.ends_with(".ppm") || name.ends_with(".pnm");
}

// Netpbm knows grey and RGB of 8 and 16 bits, unsigned, big endian.
Result<void> fits_netpbm(const pixel::Layout& layout) {
  const bool deep = layout.bits_allocated != 8 && layout.bits_allocated != 16;
  const bool odd = layout.samples_per_pixel != 1 && layout.samples_per_pixel != 3;
  if (!deep && !odd) return {};
  return fail(ErrorCode::Unsupported, kNoOffset,
              "no image file for such samples: name the output .raw to have them as they are");
}

// Stored values as they are, signed ones raised by half of their range.
std::string netpbm(const pixel::Layout& layout, Bytes samples) {
  const std::int32_t largest = (1 << layout.bits_stored) - 1;
  std::string image = fmt::format("{}\n{} {}\n{}\n", layout.samples_per_pixel == 1 ? "P5" : "P6",
                                  layout.columns, layout.rows, largest);
  const std::size_t bytes = layout.bytes_per_sample();
  for (std::size_t at = 0; at < samples.size(); at += bytes) {
    std::int32_t value = bytes == 1 ? samples[at] : load_le<std::uint16_t>(&samples[at]);
    if (layout.is_signed) {
      value = bytes == 1 ? static_cast<std::int8_t>(value) : static_cast<std::int16_t>(value);
      value += (largest + 1) / 2;
    }
    value = std::clamp(value, 0, largest);
    if (largest > 255) image.push_back(static_cast<char>(value >> 8));
    image.push_back(static_cast<char>(value & 255));
  }
  return image;
}

Result<std::string> image_of(const dicom::Scanned& scanned, const FrameOptions& options) {
  TRY_ASSIGN(const auto object, pixels::open_object(scanned));
  if (!object) return fail(ErrorCode::Unsupported, kNoOffset, "the object has no pixel data");
  if (options.number == 0 || options.number > object->table.frames())
    return fail(ErrorCode::OutOfRange, kNoOffset, "no frame of that number", object->table.frames(),
                options.number);
  const std::size_t index = options.number - 1;
  TRY_ASSIGN(const pixel::Layout layout, pixels::reduced_layout(*object, options.reduce));
  if (is_image_name(options.out)) TRY(fits_netpbm(layout));
  TRY_ASSIGN(const std::uint64_t bytes, layout.frame_bytes());
  TRY(pixels::check_expansion(*object, index));
  Buffer frame;
  frame.resize(bytes);
  Scratch scratch;
  codecs::Quirks quirks;
  TRY(pixels::decode_reduced(*object, index, options.reduce, frame.mutable_bytes(), scratch,
                             quirks));
  if (is_image_name(options.out)) return netpbm(layout, frame.bytes());
  return std::string(as_text(frame.bytes()));
}

int write(const Context& context, const std::string& path, const std::string& image) {
  std::ofstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::ostream& out = path == "-" ? std::cout : file;
  out.write(image.data(), static_cast<std::streamsize>(image.size()));
  out.flush();
  if (out) return kExitOk;
  const Error error{ErrorCode::Io, kNoOffset, "the output could not be written", 0,
                    static_cast<std::uint64_t>(errno)};
  if (context.json) print(error_line(path, error));
  log_error(fmt::format("slipring: {}: {}", path, describe(error)));
  return kExitDestination;
}

int frame(const Context& context, const FrameOptions& options) {
  OneFile one;
  if (const auto exit = open_one(context, options.file, one)) return *exit;
  const auto image =
      one.scanned.error ? std::unexpected(*one.scanned.error) : image_of(one.scanned, options);
  if (image) return write(context, options.out, *image);
  if (context.json) print(error_line(options.file, image.error()));
  log_error(fmt::format("slipring: {}: {}", options.file, describe(image.error())));
  return kExitObjects;
}

}  // namespace

void add_frame(Command& app, Context& context) {
  auto options = std::make_shared<FrameOptions>();
  Command command =
      add_command(app, context, "frame", "one frame as an image file, stored values as they are",
                  [options, &context] { return frame(context, *options); });
  command.add_option("file", options->file, "the object").required();
  command.add_option("out", options->out, ".pgm, .ppm or .pnm; else the samples alone; - is stdout")
      .required();
  command.add_option("--frame", options->number, "which one, from 1").shows_default();
  command.add_option(
      "--reduce", options->reduce,
      "JPEG 2000, HTJ2K: without so many of the highest resolutions, each half the size");
}

}  // namespace slipring::cli
