#include "engine/print/film.h"

#include <fmt/format.h>

#include <array>

#include "engine/query/answer.h"

namespace slipring::print {

using dicom::Encoding;
using dicom::Tag;
using dicom::VR;
namespace tags = dicom::tags;

namespace {

constexpr Tag kReferencedSopClass{0x0008, 0x1150};
constexpr Tag kReferencedSopInstance{0x0008, 0x1155};
constexpr Tag kModelName{0x0008, 0x1090};
constexpr Tag kNumberOfCopies{0x2000, 0x0010};
constexpr Tag kPrintPriority{0x2000, 0x0020};
constexpr Tag kMediumType{0x2000, 0x0030};
constexpr Tag kFilmDestination{0x2000, 0x0040};
constexpr Tag kFilmSessionLabel{0x2000, 0x0050};
constexpr Tag kImageDisplayFormat{0x2010, 0x0010};
constexpr Tag kFilmOrientation{0x2010, 0x0040};
constexpr Tag kFilmSizeId{0x2010, 0x0050};
constexpr Tag kMagnificationType{0x2010, 0x0060};
constexpr Tag kBorderDensity{0x2010, 0x0100};
constexpr Tag kEmptyImageDensity{0x2010, 0x0110};
constexpr Tag kMinDensity{0x2010, 0x0120};
constexpr Tag kMaxDensity{0x2010, 0x0130};
constexpr Tag kTrim{0x2010, 0x0140};
constexpr Tag kReferencedFilmSession{0x2010, 0x0500};
constexpr Tag kReferencedImageBoxes{0x2010, 0x0510};
constexpr Tag kImageBoxPosition{0x2020, 0x0010};
constexpr Tag kGreyImageSequence{0x2020, 0x0110};
constexpr Tag kColourImageSequence{0x2020, 0x0111};
constexpr Tag kPixelAspectRatio{0x0028, 0x0034};
constexpr Tag kPrinterStatus{0x2110, 0x0010};
constexpr Tag kPrinterStatusInfo{0x2110, 0x0020};
constexpr Tag kPrinterName{0x2110, 0x0030};

class Writer {
 public:
  Writer(Buffer& out, Encoding encoding) : out_(out), encoding_(encoding) {}

  // Nothing, where the text is empty.
  void text(Tag tag, VR vr, std::string_view value) {
    if (!value.empty()) dicom::append_element(out_, tag, vr, as_bytes(value), encoding_);
  }
  void number(Tag tag, std::uint32_t value) {
    std::array<std::uint8_t, 2> bytes{};
    store_le(bytes.data(), static_cast<std::uint16_t>(value));
    dicom::append_element(out_, tag, VR::US, bytes, encoding_);
  }
  void number(Tag tag, std::optional<std::uint16_t> value) {
    if (value) number(tag, std::uint32_t{*value});
  }
  // A sequence of one item, of which `item` is so far written and `more_bytes` are still to come.
  void sequence(Tag tag, const Buffer& item, std::size_t more_bytes = 0) {
    constexpr std::size_t kItemHeaderBytes = 8;
    const auto length = static_cast<std::uint32_t>(item.size() + more_bytes);
    dicom::append_header(out_, tag, VR::SQ, length + kItemHeaderBytes, encoding_);
    dicom::append_item(out_, tags::Item, length, encoding_);
    out_.append(item.bytes());
  }

 private:
  Buffer& out_;
  Encoding encoding_;
};

}  // namespace

void append_session(Buffer& out, const SessionWishes& wishes, Encoding encoding) {
  Writer writer(out, encoding);
  writer.text(kNumberOfCopies, VR::IS, std::to_string(wishes.copies));
  writer.text(kPrintPriority, VR::CS, wishes.priority);
  writer.text(kMediumType, VR::CS, wishes.medium);
  writer.text(kFilmDestination, VR::CS, wishes.destination);
  writer.text(kFilmSessionLabel, VR::LO, wishes.label);
}

void append_film(Buffer& out, const FilmWishes& wishes, const std::string& session,
                 Encoding encoding) {
  Buffer item;
  Writer reference(item, encoding);
  reference.text(kReferencedSopClass, VR::UI, classes::kFilmSession);
  reference.text(kReferencedSopInstance, VR::UI, session);
  Writer writer(out, encoding);
  writer.text(kImageDisplayFormat, VR::ST,
              fmt::format("STANDARD\\{},{}", wishes.columns, wishes.rows));
  writer.text(kFilmOrientation, VR::CS, wishes.orientation);
  writer.text(kFilmSizeId, VR::CS, wishes.size);
  writer.text(kMagnificationType, VR::CS, wishes.magnification);
  writer.text(kBorderDensity, VR::CS, wishes.border);
  writer.text(kEmptyImageDensity, VR::CS, wishes.empty);
  writer.number(kMinDensity, wishes.min_density);
  writer.number(kMaxDensity, wishes.max_density);
  writer.text(kTrim, VR::CS, wishes.trim);
  writer.sequence(kReferencedFilmSession, item);
}

void append_image_box(Buffer& out, unsigned position, const Printable& printable,
                      Encoding encoding) {
  const bool is_narrow = printable.bits == 8;
  Buffer item;
  Writer image(item, encoding);
  image.number(tags::SamplesPerPixel, printable.colour ? 3U : 1U);
  image.text(tags::PhotometricInterpretation, VR::CS, printable.photometric);
  if (printable.colour) image.number(tags::PlanarConfiguration, 1U);
  image.number(tags::Rows, printable.rows);
  image.number(tags::Columns, printable.columns);
  image.text(kPixelAspectRatio, VR::IS, printable.aspect);
  image.number(tags::BitsAllocated, is_narrow ? 8U : 16U);
  image.number(tags::BitsStored, printable.bits);
  image.number(tags::HighBit, printable.bits - 1);
  image.number(tags::PixelRepresentation, 0U);
  // In implicit VR pixel data is OW; 8 bits are OB in explicit VR (PS3.5 A.1, A.2).
  dicom::append_header(item, tags::PixelData, is_narrow ? VR::OB : VR::OW,
                       static_cast<std::uint32_t>(printable.pixels.size()), encoding);
  Writer writer(out, encoding);
  writer.number(kImageBoxPosition, std::uint32_t{position});
  writer.sequence(printable.colour ? kColourImageSequence : kGreyImageSequence, item,
                  printable.pixels.size());
}

Result<ImageBoxes> read_image_boxes(Bytes data_set, std::string_view transfer_syntax) {
  TRY_ASSIGN(const query::Answer answer, query::Answer::read(data_set, transfer_syntax));
  const dicom::DataSet elements = answer.data_set();
  ImageBoxes boxes;
  const dicom::Element* const sequence = elements.find(kReferencedImageBoxes);
  if (sequence == nullptr) return boxes;
  const auto begin = static_cast<std::size_t>(sequence - elements.tape().data());
  const std::size_t end = elements.next_sibling(begin);
  for (std::size_t i = begin + 1; i < end; ++i) {
    const dicom::Element& element = elements.tape()[i];
    if (element.depth != 2) continue;
    if (element.tag == kReferencedSopClass) boxes.sop_class = answer.text(element);
    if (element.tag == kReferencedSopInstance) boxes.instances.push_back(answer.text(element));
  }
  return boxes;
}

Result<PrinterState> read_printer(Bytes data_set, std::string_view transfer_syntax) {
  TRY_ASSIGN(const query::Answer answer, query::Answer::read(data_set, transfer_syntax));
  PrinterState state;
  state.status = answer.text(kPrinterStatus);
  state.info = answer.text(kPrinterStatusInfo);
  state.name = answer.text(kPrinterName);
  state.manufacturer = answer.text(tags::Manufacturer);
  state.model = answer.text(kModelName);
  return state;
}

}  // namespace slipring::print
