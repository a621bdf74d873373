// prove_loss: how far what was written with loss is from its source, and that nothing else is.
#include <fmt/format.h>

#include "engine/dicom/escape.h"
#include "engine/transcode/dataset_digest.h"
#include "engine/transcode/transcode.h"

namespace slipring::transcode {

namespace {

namespace tags = dicom::tags;

Result<void> check_elements(const dicom::Scanned& scanned, const Derivation& derivation,
                            const dicom::Sha256Digest& original) {
  const dicom::DataSet data_set = scanned.data_set();
  if (dataset_digest(data_set, false, true) != original)
    return fail(ErrorCode::Mismatch, kNoOffset,
                "the new object's elements differ from the source's; nothing was written");
  if (data_set.text(tags::SOPInstanceUID) != derivation.sop_instance ||
      scanned.meta().text(tags::MediaStorageSOPInstanceUID) != derivation.sop_instance ||
      data_set.text(tags::LossyImageCompression) != "01")
    return fail(ErrorCode::Mismatch, kNoOffset,
                "the new object does not tell of its loss; nothing was written");
  return {};
}

}  // namespace

Result<pixels::Difference> prove_loss(
    const dicom::Scanned& scanned, const pixels::Object* written, const Plan& plan,
    const dicom::Sha256Digest& dataset_digest, dicom::Schedule& schedule,
    const std::function<void(std::uint64_t, std::uint64_t)>& released) {
  TRY(check_elements(scanned, *plan.derivation, dataset_digest));
  if (written == nullptr)
    return fail(ErrorCode::Mismatch, kNoOffset,
                "the new object's pixels cannot be decoded; nothing was written");
  TRY_ASSIGN(const pixels::Difference difference,
             pixels::difference(*plan.object, *written, schedule, released));
  if (plan.loss.error_max != 0 && difference.largest > plan.loss.error_max)
    return fail(ErrorCode::Mismatch, kNoOffset,
                "the new object's pixels differ by more than was allowed; nothing was written",
                plan.loss.error_max, difference.largest);
  return difference;
}

dicom::Finding finding_of(const pixels::Difference& difference, std::string_view source_instance) {
  return {
      {5, 31},
      dicom::Severity::Info,
      dicom::tags::PixelData,
      kNoOffset,
      dicom::to_string(dicom::tags::PixelData),
      fmt::format("samples differ by {} at most, PSNR {:.1f} dB; derived from {}",
                  difference.largest, difference.psnr_db, dicom::terminal_text(source_instance))};
}

}  // namespace slipring::transcode
