// Plan: which object is which. Answers for any number at once, so that an archive of any size needs
// no list: objects fill series, series fill studies, studies belong to patients.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "datasets/drawing/pixels.h"
#include "datasets/synthesize/defects.h"
#include "datasets/synthesize/options.h"

namespace slipring::datasets {

struct ObjectPlan {
  std::uint64_t number = 0;
  Modality modality = Modality::CT;
  std::uint64_t patient = 0;
  std::uint64_t study = 0;        // in the archive
  std::uint64_t series = 0;       // in the archive
  std::uint64_t study_first = 0;  // the number of the first object of the study
  std::uint32_t series_in_study = 0;
  std::uint32_t instance = 0;  // in the series
  std::uint32_t series_length = 1;
  const Syntax* syntax = nullptr;
  Defect defect = Defect::None;
  std::uint64_t content_number = 0;  // whose UIDs it has: another's for duplicates
};

class Plan {
 public:
  explicit Plan(const Options& options);
  [[nodiscard]] ObjectPlan object(std::uint64_t number) const;
  // "patient-000001/study-000001-ct/series-1/ct-000001.dcm"
  [[nodiscard]] static std::string path_of(const ObjectPlan& plan);

 private:
  struct Share {
    std::uint64_t first_number = 0;
    std::uint64_t first_series = 0;
    std::uint64_t first_study = 0;
    std::uint64_t count = 0;
  };
  [[nodiscard]] Defect defect_of(std::uint64_t number) const;
  [[nodiscard]] const Syntax* syntax_of(std::uint64_t series) const;

  const Options& options_;
  std::array<Share, kModalityCount> shares_;
};

}  // namespace slipring::datasets
