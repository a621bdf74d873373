#include "engine/transcode/element_writer.h"

#include <algorithm>
#include <utility>

#include "engine/dicom/encode.h"
#include "engine/transcode/elements.h"

namespace slipring::transcode {

namespace {

namespace tags = dicom::tags;
using dicom::Element;
using dicom::Tag;
using dicom::VR;

// The visitor that makes elements anew. `edit` is asked at depth 0.
class Remaker {
 public:
  Remaker(const dicom::DataSet& data_set, dicom::Encoding target, bool signed_pixels, Output& out)
      : data_set_(data_set), target_(target), sign_(signed_pixels), out_(out) {}

  [[nodiscard]] static bool skip(const Element&) { return false; }

  void value(const Element& element, Bytes bytes) {
    sign_.see(data_set_, element, bytes);
    const VR vr = explicit_vr(element, bytes.size(), sign_.is_signed());
    dicom::append_header(out_.pending(), element.tag, vr, static_cast<std::uint32_t>(bytes.size()),
                         target_);
    const unsigned from = swap_unit(data_set_, element);
    const unsigned to = target_.big_endian ? dicom::facts(vr).unit_bytes : 1U;
    if (from == to)
      out_.append(bytes);
    else
      append_reordered(bytes, from, to);
  }
  void open_sequence(const Element& element) {
    dicom::append_header(out_.pending(), element.tag, VR::SQ, dicom::kUndefinedLength, target_);
  }
  void open_fragments(const Element& element) {
    dicom::append_header(out_.pending(), element.tag, VR::OB, dicom::kUndefinedLength, target_);
  }
  void fragment(Bytes bytes) {
    delimiter(tags::Item, static_cast<std::uint32_t>(bytes.size()));
    out_.append(bytes);
  }
  void item() {
    sign_.item();
    delimiter(tags::Item, dicom::kUndefinedLength);
  }
  void item_end() {
    sign_.item_end();
    delimiter(tags::ItemDelimitationItem, 0);
  }
  void close() { delimiter(tags::SequenceDelimitationItem, 0); }

 private:
  void delimiter(Tag tag, std::uint32_t length) {
    dicom::append_item(out_.pending(), tag, length, target_);
    out_.drain();
  }

  // From words of `from` reversed to words of `to` reversed; pieces of whole words, 8 divides each.
  void append_reordered(Bytes bytes, unsigned from, unsigned to) {
    constexpr std::size_t kPieceBytes = std::size_t{16} << 10;
    Buffer little;
    while (!bytes.empty()) {
      const Bytes piece = bytes.first(std::min(kPieceBytes, bytes.size()));
      if (from > 1) {
        little.clear();
        dicom::append_swapped(little, piece, from);
      }
      dicom::append_swapped(out_.pending(), from > 1 ? little.bytes() : piece, to);
      out_.drain();
      bytes = bytes.subspan(piece.size());
    }
    out_.drain();
  }

  const dicom::DataSet& data_set_;
  dicom::Encoding target_;
  PixelSign sign_;
  Output& out_;
};

}  // namespace

ElementWriter::ElementWriter(const dicom::Scanned& scanned, dicom::Encoding target,
                             std::vector<Edit> edits, Output& out)
    : scanned_(scanned),
      data_set_(scanned.data_set()),
      target_(target),
      edits_(std::move(edits)),
      out_(out) {
  std::ranges::sort(edits_, {}, &Edit::tag);  // no tag twice
  verbatim_ = data_set_.encoding() == target && may_be_copied(data_set_);
  signed_pixels_ = has_signed_pixels(data_set_);
}

Edit* ElementWriter::edit_of(Tag tag) {
  const auto found = std::ranges::find(edits_, tag, &Edit::tag);
  return found == edits_.end() ? nullptr : &*found;
}

std::uint64_t ElementWriter::end_of(std::size_t next) const {
  const auto tape = data_set_.tape();
  return next < tape.size() ? tape[next].header_offset() : scanned_.data_set_end;
}

void ElementWriter::write_edit(Edit& edit) {
  if (!edit.drop && !edit.done) {
    dicom::append_element(out_.pending(), edit.tag, edit.vr, edit.value, target_);
    if (edit.value_at != nullptr)
      *edit.value_at = out_.size() - edit.value.size() - edit.value.size() % 2;
  }
  edit.done = true;
}

void ElementWriter::insert_before(Tag tag) {
  for (Edit& edit : edits_)
    if (edit.tag < tag && !edit.done && data_set_.find(edit.tag) == nullptr) write_edit(edit);
}

void ElementWriter::write(std::size_t begin, std::size_t end) {
  std::size_t done = begin;
  const auto flush = [&](std::size_t to) {
    if (verbatim_)
      copy_ranges(done, to);
    else
      make_anew(done, to);
  };
  const auto tape = data_set_.tape();
  const auto pending = [&](Tag tag) {
    return std::ranges::any_of(edits_,
                               [&](const Edit& edit) { return !edit.done && edit.tag < tag; });
  };
  for (std::size_t i = begin; i < end; i = data_set_.next_sibling(i)) {
    if (pending(tape[i].tag)) {
      flush(i);
      done = i;
      insert_before(tape[i].tag);
    }
    Edit* edit = edit_of(tape[i].tag);
    if (edit == nullptr || (edit->done && !edit->drop)) continue;
    flush(i);
    done = data_set_.next_sibling(i);
    write_edit(*edit);
  }
  flush(end);
}

void ElementWriter::copy_ranges(std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  const std::uint64_t from = data_set_.tape()[begin].header_offset();
  out_.append(scanned_.bytes.subspan(from, end_of(end) - from));
}

void ElementWriter::make_anew(std::size_t begin, std::size_t end) {
  Remaker remaker(data_set_, target_, signed_pixels_, out_);
  walk(data_set_, begin, end, remaker);
}

}  // namespace slipring::transcode
