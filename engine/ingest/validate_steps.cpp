// The steps that only a validation takes: what is not read at all, the digest of what is, and the
// key for layer 6.
#include <algorithm>

#include "engine/ingest/ingest.h"
#include "engine/ingest/known_files.h"
#include "engine/ingest/nightly/pace.h"
#include "engine/ingest/series/series_at_hand.h"
#include "engine/ingest/steps.h"

namespace slipring::ingest {

namespace tags = dicom::tags;

namespace {

// Where the data set begins if the file begins as PS3.10 7.1 has it and its group length is right;
// else 0. Two files that differ in their meta groups alone have the same content behind it.
std::uint64_t end_of_meta(Bytes file) {
  constexpr std::uint64_t kFirstValue = 128 + 4 + 8;  // preamble, prefix, (0002,0000) UL 4
  constexpr std::uint8_t kFirst[] = {'D', 'I', 'C', 'M', 2, 0, 0, 0, 'U', 'L', 4, 0};
  if (file.size() < kFirstValue + 4) return 0;
  if (!std::equal(std::begin(kFirst), std::end(kFirst), file.begin() + 128)) return 0;
  const std::uint64_t end = kFirstValue + 4 + load_le<std::uint32_t>(file.data() + kFirstValue);
  return end <= file.size() ? end : 0;
}

// What stands before the pixel data; all of it where there is none.
collate::Content header_content(const dicom::Scanned& scanned) {
  std::uint64_t end = scanned.bytes.size();
  bool whole = true;
  for (const dicom::Element& element : scanned.tape) {
    if (element.depth != 0 || element.tag.group() != tags::PixelData.group()) continue;
    end = element.header_offset();
    whole = false;
    break;
  }
  const std::uint64_t begin = std::min(scanned.data_set_begin, end);
  return {dicom::short_hash(scanned.bytes.subspan(begin, end - begin)), whole};
}

}  // namespace

Result<void> recognise(Parcel& parcel, Workbench& bench, const Shared& shared) {
  if (!shared.options.only_changed && shared.pace == nullptr) return {};
  const auto identity = bench.source.identify(parcel.source.file.path);
  if (!identity) return {};  // opening it will say why
  if (shared.options.only_changed && shared.known.finished(parcel.known_place, *identity)) {
    parcel.taken_over = shared.known.take_over(parcel.known_place, parcel.record);
    parcel.known = true;
    parcel.settled = true;
    return {};
  }
  if (shared.rescan_pace != nullptr && shared.known.to_be_read_again(parcel.known_place))
    shared.rescan_pace->take(identity->size_bytes, interrupt_requested);
  if (shared.pace != nullptr) shared.pace->take(identity->size_bytes, interrupt_requested);
  return {};
}

Result<void> digest_file(Parcel& parcel, Workbench& bench, const Shared& shared) {
  bench.content = {};
  if (!shared.options.decode_pixels) return {};  // not all of it is to be read
  const std::uint64_t split = end_of_meta(bench.source.bytes());
  const dicom::Xxh128Digest parts[] = {dicom::xxh128(bench.source.bytes().first(split)),
                                       hash_file(bench.source, split)};
  static_assert(sizeof parts == 32);
  bench.content = {dicom::short_hash(parts[1]), true};
  parcel.record.content_digest =
      dicom::xxh128({reinterpret_cast<const std::uint8_t*>(parts), sizeof parts});
  return {};
}

Result<void> take_keys(Parcel& parcel, Workbench& bench, const Shared&) {
  if (!bench.content.whole) bench.content = header_content(bench.scanned);
  series_of_this_worker()
      .of(bench.scanned)
      .keys.take(bench.scanned, parcel.record.path, bench.content, parcel.record.keys.emplace(),
                 parcel.record.findings);
  return {};
}

// An object whose frame a codec decodes. Whatever cannot be opened is judged by validate.
Result<void> open_frames(Parcel&, Workbench& bench, const Shared&) {
  bench.opened.reset();
  const dicom::Scanned& scanned = bench.scanned;
  if (scanned.error || scanned.actual == nullptr || !scanned.actual->encapsulated) return {};
  if (auto object = pixels::open_object(scanned); object && *object)
    bench.opened = std::move(**object);
  return {};
}

}  // namespace slipring::ingest
