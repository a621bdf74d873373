#include "engine/ingest/together.h"

#include <exception>

#include "engine/ingest/frame_schedule.h"

namespace slipring::ingest {

namespace {

Bytes nothing(const Workbench&) { return {}; }

// `object_of` gives a bench's object, or null; `expected_of` what its frame must be, if that is
// known.
template <class ObjectOf, class ExpectedOf>
void decode_together(std::span<const AtWork> all, Buffer Workbench::* frame,
                     const ObjectOf& object_of, const ExpectedOf& expected_of) {
  std::vector<pixels::Ahead> aheads;
  try {
    for (const AtWork& one : all)
      if (pixels::Object* object = object_of(*one.bench))
        aheads.push_back({object, &(one.bench->*frame), expected_of(*one.bench)});
    pixels::decode_ahead(aheads, scratch_of_this_worker());
  } catch (const std::exception&) {
    // Out of memory, or a library's: whoever needs a frame decodes it and says what is wrong.
    for (const pixels::Ahead& ahead : aheads) ahead.object->ahead = ahead.object->same_as = {};
  }
}

bool recodes(const Workbench& bench) {
  return bench.plan && bench.plan->decodes_pixels && bench.plan->object;
}

void encode_together(std::span<const AtWork> all) {
  std::vector<transcode::EncodedAhead> aheads;
  try {
    for (const AtWork& one : all)
      if (recodes(*one.bench)) aheads.push_back({&*one.bench->plan, &one.bench->codestream});
    transcode::encode_ahead(aheads, scratch_of_this_worker());
  } catch (const std::exception&) {  // as above
    for (const transcode::EncodedAhead& ahead : aheads) ahead.plan->codestream = {};
  }
}

void recode_sources(std::span<const AtWork> all) {
  decode_together(
      all, &Workbench::source_frame,
      [](Workbench& bench) -> pixels::Object* {
        return recodes(bench) ? &*bench.plan->object : nullptr;
      },
      nothing);
  encode_together(all);
}

void decode_opened(std::span<const AtWork> all) {
  decode_together(
      all, &Workbench::source_frame,
      [](Workbench& bench) { return bench.opened ? &*bench.opened : nullptr; }, nothing);
}

// The source's pixels, unless they are to be lost in part.
Bytes pixels_to_prove(const Workbench& bench) {
  if (!bench.plan || bench.plan->derivation || !bench.plan->object) return {};
  return pixels::pixels_in_memory(*bench.plan->object);
}

void decode_written(std::span<const AtWork> all) {
  decode_together(
      all, &Workbench::written_frame,
      [](Workbench& bench) { return bench.written_object ? &*bench.written_object : nullptr; },
      pixels_to_prove);
}

std::size_t company_of(const std::optional<pixels::Object>& object) {
  return object ? pixels::company_of(*object) : 1;
}

}  // namespace

const Meeting kDecodeOpened = {
    .company = [](const AtWork& one) { return company_of(one.bench->opened); },
    .hold = decode_opened};

const Meeting kRecodeSources = {
    .company = [](const AtWork& one) { return transcode::company_of(*one.bench->plan); },
    .hold = recode_sources};

const Meeting kDecodeWritten = {
    .company = [](const AtWork& one) { return company_of(one.bench->written_object); },
    .hold = decode_written};

}  // namespace slipring::ingest
