// Film: what a printer is asked for, and the data sets that ask (PS3.3 C.13.1, C.13.3, C.13.5;
// PS3.4 H.4): film session, film box, image box. Values to bytes, and the two answers that are
// looked into. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dicom/encode.h"
#include "engine/print/image.h"

namespace slipring::print {

namespace classes {
inline constexpr std::string_view kGreyMeta = "1.2.840.10008.5.1.1.9";
inline constexpr std::string_view kColourMeta = "1.2.840.10008.5.1.1.18";
inline constexpr std::string_view kFilmSession = "1.2.840.10008.5.1.1.1";
inline constexpr std::string_view kFilmBox = "1.2.840.10008.5.1.1.2";
inline constexpr std::string_view kGreyImageBox = "1.2.840.10008.5.1.1.4";
inline constexpr std::string_view kColourImageBox = "1.2.840.10008.5.1.1.4.1";
inline constexpr std::string_view kPrinter = "1.2.840.10008.5.1.1.16";
inline constexpr std::string_view kPrinterInstance = "1.2.840.10008.5.1.1.17";
}  // namespace classes

// What is empty is left to the printer.
struct SessionWishes {
  unsigned copies = 1;
  std::string priority;     // HIGH, MED, LOW
  std::string medium;       // PAPER, CLEAR FILM, BLUE FILM ...
  std::string destination;  // MAGAZINE, PROCESSOR, BIN_1 ...
  std::string label;
};

struct FilmWishes {
  unsigned columns = 1;  // Image Display Format STANDARD\columns,rows
  unsigned rows = 1;
  std::string orientation;                   // PORTRAIT, LANDSCAPE
  std::string size;                          // 14INX17IN, A4 ...
  std::string magnification;                 // REPLICATE, BILINEAR, CUBIC, NONE
  std::string border;                        // BLACK, WHITE, or a density
  std::string empty;                         // the same, of boxes without an image
  std::string trim;                          // YES, NO
  std::optional<std::uint16_t> min_density;  // hundredths of optical density
  std::optional<std::uint16_t> max_density;
  [[nodiscard]] std::size_t boxes() const { return std::size_t{columns} * rows; }
};

void append_session(Buffer& out, const SessionWishes& wishes, dicom::Encoding encoding);
void append_film(Buffer& out, const FilmWishes& wishes, const std::string& session,
                 dicom::Encoding encoding);
// All of an image box but its pixels, which follow: the data set ends with them.
// `position` counts from 1.
void append_image_box(Buffer& out, unsigned position, const Printable& printable,
                      dicom::Encoding encoding);

// The image boxes that a film box was made with, in order of position (PS3.4 H.4.2.2.1). Errors:
// those of query::Answer.
struct ImageBoxes {
  std::string sop_class;
  std::vector<std::string> instances;
};
[[nodiscard]] Result<ImageBoxes> read_image_boxes(Bytes data_set, std::string_view transfer_syntax);

// PS3.3 C.13.9: what a printer says of itself.
struct PrinterState {
  std::string status;  // NORMAL, WARNING, FAILURE
  std::string info;    // SUPPLY LOW ...
  std::string name;
  std::string manufacturer;
  std::string model;
};
[[nodiscard]] Result<PrinterState> read_printer(Bytes data_set, std::string_view transfer_syntax);

}  // namespace slipring::print
