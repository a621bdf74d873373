#include "engine/validate/consistency/check_consistency.h"

#include "engine/validate/consistency/root.h"

namespace slipring::validate::consistency {

void check_consistency(const dicom::Scanned& scanned, catalogue::Reporter& reporter) {
  Root root(scanned, reporter);
  check_geometry(root);
  check_times(root);
  check_display(root);
  check_frames(root);
  check_identity(root);
  check_content(root);
}

}  // namespace slipring::validate::consistency
