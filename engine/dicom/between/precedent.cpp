#include "engine/dicom/between/precedent.h"

#include <algorithm>
#include <array>
#include <bit>

namespace slipring::dicom {

namespace {

// All that an entry says but its offset and length; and of its length whether it is defined.
bool same_kind(const Element& one, const Element& other) {
  using Words = std::array<std::uint64_t, 2>;  // as Element::make() puts them together
  const auto a = std::bit_cast<Words>(one);
  const auto b = std::bit_cast<Words>(other);
  return (((a[0] ^ b[0]) & 0xFFFFFFFFU) | ((a[1] ^ b[1]) >> 48)) == 0 &&
         one.undefined_length() == other.undefined_length();
}

// Where the last value that is worth keeping ends: pixel data is not, in one piece or in fragments.
std::uint64_t end_of_head(const Scanned& scanned) {
  constexpr std::uint32_t kLastBytesMax = 1024;
  const Tape& tape = scanned.tape;
  std::size_t at = tape.size() - 1;
  while (at > 0 && tape[at].depth != 0) --at;
  const Element& last = tape[at];
  const bool fragments = last.tag == tags::PixelData && last.undefined_length();
  const bool large = !last.undefined_length() && last.length > kLastBytesMax;
  const bool not_kept = fragments || (large && at + 1 == tape.size());
  const std::uint64_t end = not_kept ? last.offset : scanned.data_set_end;
  return std::min<std::uint64_t>({end, scanned.bytes.size(), Precedent::kBytesMax});
}

}  // namespace

std::size_t count_same(Bytes one, Bytes other) {
  const std::size_t size = std::min(one.size(), other.size());
  const std::uint8_t* const a = one.data();
  const std::uint8_t* const b = other.data();
  const auto differ = [&](std::size_t at) {
    return load_le<std::uint64_t>(a + at) ^ load_le<std::uint64_t>(b + at);
  };
  std::size_t at = 0;
  while (at + 32 <= size && (differ(at) | differ(at + 8) | differ(at + 16) | differ(at + 24)) == 0)
    at += 32;
  for (; at + 8 <= size; at += 8)
    if (const std::uint64_t bits = differ(at))
      return at + static_cast<std::size_t>(std::countr_zero(bits)) / 8;
  while (at < size && a[at] == b[at]) ++at;
  return at;
}

bool gives_meaning(Tag tag) {
  return tag == tags::SpecificCharacterSet || tag == tags::SOPClassUID ||
         tag == tags::PixelRepresentation || tag.is_private_creator();
}

// Values of equal lengths stand at a distance to each other that stays the same from one to the
// next. So the bytes are compared on and on, until they differ, and most values are the same by
// lying before that.
bool Precedent::same_value(Bytes bytes, const Element& now, const Element& then,
                           Compared& compared) const {
  const std::uint64_t distance = now.offset - then.offset;  // wraps
  const bool from_here =
      distance != compared.distance || now.offset < compared.begin || now.offset > compared.end;
  if (from_here) {
    if (then.offset > kept_.bytes.size() || now.offset > bytes.size()) return false;
    const std::size_t same =
        count_same(bytes.subspan(now.offset), Bytes(kept_.bytes).subspan(then.offset));
    compared = {distance, now.offset, now.offset + same};
  }
  return now.offset + now.length <= compared.end;
}

bool Precedent::compare(const Tape& now, const Tape& then, Bytes bytes, Compared& compared,
                        std::vector<Likeness::Difference>& differing) const {
  differing.clear();
  if (now.size() != then.size()) return false;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (!same_kind(now[i], then[i])) return false;
    if (now[i].length == then[i].length) {
      if (now[i].length == 0 || now[i].undefined_length() || is_container(then, i)) continue;
      if (same_value(bytes, now[i], then[i], compared)) continue;
    }
    if (gives_meaning(now[i].tag)) return false;
    differing.push_back({static_cast<std::uint32_t>(i), then[i].length});
  }
  return true;
}

bool Precedent::is_comparable(const Scanned& scanned) const {
  return is_dicom(scanned.kind) && !scanned.error && !scanned.stopped_early &&
         scanned.more_needed_bytes == 0 && scanned.actual != nullptr &&
         scanned.declared == scanned.actual && scanned.inflated.empty() && !scanned.tape.empty() &&
         scanned.tape.size() + scanned.meta_tape.size() <= kEntriesMax;
}

void Precedent::compare(Scanned& scanned) const {
  Likeness& likeness = scanned.likeness;
  likeness.before = 0;
  if (kept_.number == 0 || !is_comparable(scanned) || scanned.kind != kept_.kind ||
      scanned.actual != kept_.syntax || is_whole(scanned.tape, scanned.bytes.size()) != kept_.whole)
    return;
  Compared compared;
  if (compare(scanned.meta_tape, kept_.meta_tape, scanned.bytes, compared, likeness.meta) &&
      compare(scanned.tape, kept_.tape, scanned.bytes, compared, likeness.data_set))
    likeness.before = kept_.number;
}

void Precedent::keep(Scanned& scanned) {
  kept_.number = scanned.likeness.number = 0;
  if (!is_comparable(scanned)) return;
  kept_.kind = scanned.kind;
  kept_.syntax = scanned.actual;
  kept_.data_set_begin = scanned.data_set_begin;
  kept_.data_set_end = scanned.data_set_end;
  kept_.whole = is_whole(scanned.tape, scanned.bytes.size());
  kept_.faultless = scanned.findings.empty();
  kept_.meta_tape.assign(scanned.meta_tape.begin(), scanned.meta_tape.end());
  kept_.tape.assign(scanned.tape.begin(), scanned.tape.end());
  const Bytes head = scanned.bytes.first(end_of_head(scanned));
  kept_.bytes.assign(head.begin(), head.end());
  kept_.number = scanned.likeness.number = ++count_;
}

}  // namespace slipring::dicom
