#include "datasets/synthesize/object.h"

#include <algorithm>

#include "datasets/drawing/random.h"
#include "datasets/synthesize/header.h"
#include "datasets/writer/rle.h"

namespace slipring::datasets {

namespace {

constexpr Syntax kMetaSyntax{"explicit-le", "1.2.840.10008.1.2.1", true, false, false};
constexpr std::uint32_t kUndefined = 0xFFFFFFFFU;

void swap_words(std::vector<std::uint8_t>& bytes) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
}

std::string_view declared_syntax(const ObjectPlan& plan) {
  if (plan.defect != Defect::WrongSyntax) return plan.syntax->uid;
  return plan.syntax->explicit_vr ? "1.2.840.10008.1.2" : "1.2.840.10008.1.2.1";
}

// The VR of the first element with one becomes "??": (0008,0060) Modality, found by its bytes.
void spoil_vr(std::vector<std::uint8_t>& file) {
  constexpr std::string_view kModality(
      "\x08\x00\x60\x00"
      "CS",
      6);
  const auto at = std::search(file.begin(), file.end(), kModality.begin(), kModality.end());
  if (at != file.end()) std::fill_n(at + 4, 2, std::uint8_t{'?'});
}

void append_encapsulated(const Syntax& syntax, const Image& image, Bytes frames,
                         std::vector<std::uint8_t>& file) {
  ElementWriter to(file, syntax);
  to.header(attributes::PixelDataBytes, kUndefined);
  to.item_header(0xE000, 4 * image.frames);  // Basic Offset Table (PS3.5 A.4)
  const std::size_t table_at = file.size();
  file.resize(file.size() + 4 * std::size_t{image.frames});
  const std::size_t first_at = file.size();
  for (std::uint32_t i = 0; i < image.frames; ++i) {
    store_le(file.data() + table_at + 4 * std::size_t{i},
             static_cast<std::uint32_t>(file.size() - first_at));
    const std::size_t item_at = file.size();
    to.item_header(0xE000, 0);
    const Bytes frame = frames.subspan(i * image.frame_bytes(), image.frame_bytes());
    if (syntax.name == "rle")
      append_rle_frame(frame, image.columns, image.samples, image.bits_allocated / 8U, file);
    else
      file.insert(file.end(), frame.begin(), frame.end());
    if (file.size() % 2 != 0) file.push_back(0);
    store_le(file.data() + item_at + 4, static_cast<std::uint32_t>(file.size() - item_at - 8));
  }
  to.item_header(0xE0DD, 0);
}

}  // namespace

void append_meta(const std::string& sop_class, const std::string& sop_instance,
                 std::string_view transfer_syntax, bool preamble, std::vector<std::uint8_t>& file) {
  std::vector<std::uint8_t> group;
  ElementWriter to(group, kMetaSyntax);
  constexpr std::uint8_t kVersion[] = {0, 1};
  to.bytes(attributes::FileMetaInformationVersion, kVersion);
  to.text(attributes::MediaStorageSOPClassUID, sop_class);
  to.text(attributes::MediaStorageSOPInstanceUID, sop_instance);
  to.text(attributes::TransferSyntaxUID, transfer_syntax);
  to.text(attributes::ImplementationClassUID, make_uid(0, "implementation", 0));
  to.text(attributes::ImplementationVersionName, "SYNTHESIZE_1");
  if (preamble) {
    file.resize(file.size() + 128);
    const Bytes magic = as_bytes("DICM");
    file.insert(file.end(), magic.begin(), magic.end());
  }
  ElementWriter(file, kMetaSyntax)
      .number(attributes::FileMetaInformationGroupLength, static_cast<std::uint32_t>(group.size()));
  file.insert(file.end(), group.begin(), group.end());
}

Image ObjectBuilder::image_of(const ObjectPlan& plan) const {
  const std::uint64_t series_hash = mix(options_.seed, plan.series);
  Image image;
  image.modality = plan.modality;
  switch (plan.modality) {
    case Modality::CT:
      image.rows = image.columns = options_.ct_size;
      image.is_signed = series_hash % 2 == 0;
      image.bits_stored = image.is_signed ? 16 : 12;
      break;
    case Modality::MR:
      image.rows = image.columns = options_.mr_size;
      break;
    case Modality::CR:
      image.rows = options_.cr_size;
      image.columns = options_.cr_size / 6 * 5;
      break;
    case Modality::US:
      image.rows = options_.us_size;
      image.columns = options_.us_size / 3 * 4;
      image.samples = 3;
      image.bits_allocated = image.bits_stored = 8;
      image.frames = plan.instance % 4 == 3 ? options_.us_frames : 1;
      break;
  }
  return image;
}

void ObjectBuilder::draw_frames(const ObjectPlan& content, const Image& image,
                                std::uint64_t pixel_seed) {
  const std::uint64_t frame_bytes = image.frame_bytes();
  frames_.resize(frame_bytes * image.frames);
  const double place = static_cast<double>(content.instance) / content.series_length;
  for (std::uint32_t i = 0; i < image.frames; ++i)
    factory_.draw(image, mix(options_.seed, content.series),
                  image.frames > 1 ? static_cast<double>(i) / image.frames : place,
                  mix(pixel_seed, i), MutableBytes(frames_).subspan(i * frame_bytes, frame_bytes));
}

void ObjectBuilder::append_pixels(const Syntax& syntax, const Image& image, Defect defect) {
  if (defect == Defect::ShortPixels) frames_.resize(frames_.size() / 4 * 2);
  if (syntax.encapsulated && defect != Defect::ShortPixels)
    return append_encapsulated(syntax, image, frames_, file_);
  if (syntax.big_endian && image.bits_allocated == 16) swap_words(frames_);
  const std::size_t padding = frames_.size() % 2;
  const auto length = static_cast<std::uint32_t>(frames_.size() + padding);
  // PS3.5 8.1.2: OW in implicit VR whatever the depth.
  const bool words = image.bits_allocated > 8 || !syntax.explicit_vr;
  ElementWriter(file_, syntax)
      .header(words ? attributes::PixelData : attributes::PixelDataBytes,
              defect == Defect::LengthBeyondFile ? length + 0x01000000 : length);
  file_.insert(file_.end(), frames_.begin(), frames_.end());
  file_.resize(file_.size() + padding);
}

const std::vector<std::uint8_t>& ObjectBuilder::build(const Plan& archive, const ObjectPlan& plan) {
  ObjectPlan content = plan;
  if (plan.content_number != plan.number) content = archive.object(plan.content_number);
  content.defect = plan.defect;
  // Damage to native pixel lengths means little in fragments: such an object is native.
  const bool needs_native =
      plan.defect == Defect::ShortPixels || plan.defect == Defect::LengthBeyondFile;
  if (needs_native && content.syntax->encapsulated) content.syntax = &syntaxes().front();
  const bool same = plan.defect == Defect::DuplicateSame;
  const std::uint64_t pixel_number = same ? plan.content_number : plan.number;
  const Image image = image_of(content);
  const HeaderFacts facts = header_facts(content, image, options_.seed);
  file_.clear();
  if (plan.defect != Defect::NoMeta)
    append_meta(facts.sop_class, facts.sop_instance, declared_syntax(content),
                plan.defect != Defect::NoPreamble, file_);
  ElementWriter to(file_, *content.syntax);
  write_header(facts, to);
  const std::size_t pixels_at = file_.size();
  draw_frames(content, image, mix(mix(options_.seed, 0x706978656C), pixel_number));
  append_pixels(*content.syntax, image, plan.defect);
  if (plan.defect == Defect::BadVr) spoil_vr(file_);
  damage(plan.defect, pixels_at, file_);
  return file_;
}

}  // namespace slipring::datasets
