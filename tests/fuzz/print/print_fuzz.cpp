// Any bytes as an object to print, and as what a printer answers. The first byte chooses which, and
// what of.
#include "engine/print/film.h"
#include "engine/print/image.h"
#include "engine/scan/scan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  if (size == 0) return 0;
  const std::uint8_t choice = data[0];
  const Bytes bytes(data + 1, size - 1);
  constexpr std::string_view kSyntaxes[] = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1"};
  if ((choice & 1U) != 0) {
    const std::string_view syntax = kSyntaxes[(choice >> 1U) & 1U];
    (void)print::read_image_boxes(bytes, syntax);
    (void)print::read_printer(bytes, syntax);
    return 0;
  }
  dicom::Scanned scanned;
  scan::scan(bytes, bytes.size(), {}, scanned);
  if (scanned.error) return 0;
  const pixel::Limits small{.frame_bytes_max = std::uint64_t{1} << 20};
  const auto object = pixels::open_object(scanned, small);
  if (!object || !*object) return 0;
  print::Wanted wanted;
  wanted.colour = (choice & 2U) != 0;
  wanted.bits = (choice & 4U) != 0 ? 8 : (choice & 8U) != 0 ? 12 : 0;
  const std::size_t frame = std::min<std::size_t>(choice >> 4U, (*object)->table.frames() - 1);
  const auto printable = print::prepare(**object, frame, wanted);
  if (!printable) return 0;
  Buffer box;
  print::append_image_box(box, 1, *printable, {true, false});
  const std::size_t samples = std::size_t{printable->rows} * printable->columns;
  return printable->pixels.size() >= samples && printable->pixels.size() % 2 == 0 ? 0 : 1;
}
