// write: meta group, elements, pixel data, elements; and the digests of the source on the way.
#include <array>

#include "codecs/base/contract.h"
#include "codecs/deflate/deflate.h"
#include "engine/transcode/dataset_digest.h"
#include "engine/transcode/element_writer.h"
#include "engine/transcode/meta_group.h"
#include "engine/transcode/pixel_writer.h"
#include "engine/transcode/transcode.h"

namespace slipring::transcode {

namespace {

namespace tags = dicom::tags;
using dicom::Tag;
using dicom::VR;

constexpr Tag kImagePixelGroupLength{0x0028, 0x0000};
constexpr Tag kPixelDataGroupLength{0x7FE0, 0x0000};
constexpr std::array<std::uint8_t, 2> kInterleaved = {0, 0};  // Planar Configuration 0

// What changes at depth 0 besides Pixel Data itself.
std::vector<Edit> edits_of(const dicom::Scanned& scanned, const Plan& plan,
                           std::uint64_t* ratios_at) {
  std::vector<Edit> edits;
  if (!plan.object) return edits;
  for (const Tag tag :
       {kPixelDataGroupLength, tags::ExtendedOffsetTable, tags::ExtendedOffsetTableLengths,
        tags::EncapsulatedPixelDataValueTotalLength})
    edits.push_back(Edit::dropped(tag));
  const std::size_t always = edits.size();
  const dicom::DataSet data_set = scanned.data_set();
  const pixels::Description& description = plan.object->description;
  if (plan.photometric != description.photometric)
    edits.push_back(Edit::set(tags::PhotometricInterpretation, VR::CS, as_bytes(plan.photometric)));
  const bool anew = plan.decodes_pixels && !description.subsampled_422 &&
                    description.layout.samples_per_pixel > 1;
  if (anew && data_set.number_us(tags::PlanarConfiguration) != 0U)
    edits.push_back(Edit::set(tags::PlanarConfiguration, VR::US, kInterleaved));
  if (plan.derivation) append_edits(*plan.derivation, ratios_at, edits);
  if (edits.size() > always) edits.push_back(Edit::dropped(kImagePixelGroupLength));
  return edits;
}

Result<void> write_pixels(const Plan& plan, dicom::Schedule& schedule, Output& out,
                          const pixels::Released& released, Written& written) {
  PixelAnswer answer;
  if (plan.to->encapsulated) {
    PixelTarget target = encapsulated_target(plan);
    target.extended_offsets = needs_extended_offsets(plan.object->description);
    target.codestream = plan.codestream;
    if (target.encoder == nullptr || target.encoder->encode_batch == nullptr)
      return fail(ErrorCode::Unsupported, kNoOffset, "no encoder for the target in this build");
    TRY_ASSIGN(answer, write_encapsulated(*plan.object, target, schedule, out, released));
  } else {
    const PixelTarget target{.encoding = plan.to->encoding};
    TRY_ASSIGN(answer, write_native(*plan.object, target, schedule, out, released));
  }
  written.pixel_digest = answer.digest;
  written.codestream_bytes = answer.codestream_bytes;
  written.quirks = answer.quirks;
  written.frames = plan.object->table.frames();
  pixels::add_quirk_findings(answer.quirks, *plan.object, written.findings);
  return {};
}

// What the ratio became: native bytes to those of the codestreams.
void patch_ratio(const Plan& plan, const Written& written, std::uint64_t ratios_at, Output& out) {
  const double ratio = static_cast<double>(plan.object->description.native_bytes()) /
                       static_cast<double>(written.codestream_bytes);
  out.patch(ratios_at + last_ratio_offset(*plan.derivation), as_bytes(ratio_text(ratio)));
}

Result<void> write_data_set(const dicom::Scanned& scanned, const Plan& plan,
                            dicom::Schedule& schedule, dicom::Sink& sink,
                            const pixels::Released& released, Written& written) {
  Output out(sink);
  std::uint64_t ratios_at = 0;
  ElementWriter elements(scanned, plan.to->encoding, edits_of(scanned, plan, &ratios_at), out);
  const dicom::DataSet data_set = scanned.data_set();
  const std::size_t end = scanned.tape.size();
  if (plan.object) {
    const std::size_t pixel_data = plan.object->description.tape_index;
    elements.write(0, pixel_data);
    elements.insert_before(tags::PixelData);
    TRY(write_pixels(plan, schedule, out, released, written));
    if (plan.derivation) patch_ratio(plan, written, ratios_at, out);
    elements.write(data_set.next_sibling(pixel_data), end);
  } else {
    elements.write(0, end);
  }
  elements.insert_before(Tag(0xFFFFFFFFU));
  out.flush();
  return out.status();
}

// The whole data set through raw deflate, padded to even length (PS3.5 A.5).
Result<void> append_deflated(Bytes data_set, dicom::Sink& sink) {
  Buffer deflated;
  TRY(codecs::deflate::deflate_raw(data_set, codecs::deflate::kDefaultLevel, deflated));
  if (deflated.size() % 2 != 0) deflated.append(std::uint8_t{0});
  return sink.append(deflated.bytes());
}

}  // namespace

Result<Written> write(const dicom::Scanned& scanned, const Plan& plan, const Options&,
                      dicom::Schedule& schedule, dicom::Sink& sink,
                      const std::function<void(std::uint64_t, std::uint64_t)>& released) {
  EXPECTS(plan.action == Action::Convert && plan.to != nullptr);
  // An inflated data set lies in memory of ours: nothing of the file to give back.
  const bool in_file = scanned.bytes.data() == scanned.file_bytes.data();
  const pixels::Released release = in_file ? pixels::Released(released) : pixels::Released{};
  Written written;
  written.dataset_digest = dataset_digest(scanned.data_set(), !plan.to->encoding.explicit_vr,
                                          plan.derivation.has_value());
  Buffer meta;
  append_meta_group(scanned, *plan.to, plan.derivation ? plan.derivation->sop_instance : "", meta);
  TRY(sink.append(meta.bytes()));
  if (!plan.to->deflated) {
    TRY(write_data_set(scanned, plan, schedule, sink, release, written));
    return written;
  }
  BufferSink whole;
  TRY(write_data_set(scanned, plan, schedule, whole, release, written));
  TRY(append_deflated(whole.bytes(), sink));
  return written;
}

}  // namespace slipring::transcode
