// Header: every element of an object but its pixels, group by group in ascending order, as a device
// of that modality would fill it in (PS3.3 A.2 to A.7). Some of the defects are made here.
#pragma once

#include <cstdint>
#include <string>

#include "datasets/drawing/pixels.h"
#include "datasets/synthesize/identity.h"
#include "datasets/synthesize/plan.h"
#include "datasets/writer/element_writer.h"

namespace slipring::datasets {

struct HeaderFacts {
  ObjectPlan plan;
  Image image;
  Person person;
  std::uint64_t seed = 0;
  std::string sop_class;
  std::string sop_instance;
};

[[nodiscard]] HeaderFacts header_facts(const ObjectPlan& plan, const Image& image,
                                       std::uint64_t seed);
void write_header(const HeaderFacts& facts, ElementWriter& to);

}  // namespace slipring::datasets
