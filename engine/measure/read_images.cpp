// read_images: discover, map, scan and decode, a file after the other, until every group is full.
#include <fmt/format.h>

#include "engine/discover/discover.h"
#include "engine/map/map.h"
#include "engine/measure/images.h"
#include "engine/pixels/pixels.h"
#include "engine/scan/scan.h"

namespace slipring::measure {

namespace {

namespace tags = dicom::tags;
using dicom::Outcome;

// What one file after the other is read with; memory is reused.
struct Desk {
  map::MappedFile file;
  dicom::Scanned scanned;
  Scratch scratch;
};

void skip(dicom::Record& record, std::string reason) {
  record.outcome = Outcome::Skipped;
  record.reason = std::move(reason);
}

Frame room_of(const pixels::Object& object, std::size_t index, std::uint64_t frame_bytes) {
  Frame frame;
  frame.pixels.resize(frame_bytes);
  if (!object.description.encapsulated) return frame;
  for (const Bytes fragment : object.table.fragments_of(index)) frame.codestream.append(fragment);
  frame.codec = object.codec;
  return frame;
}

Result<void> take_frames(const pixels::Object& object, std::string_view modality, Desk& desk,
                         ImageSet& images) {
  const pixel::Layout& layout = object.description.layout;
  TRY_ASSIGN(const std::uint64_t frame_bytes, layout.frame_bytes());
  const std::size_t count =
      std::min<std::size_t>(object.table.frames(), images.room_for(modality, layout));
  for (std::size_t i = 0; i < count; ++i) {
    TRY(pixels::check_expansion(object, i));
    Frame frame = room_of(object, i, frame_bytes);
    codecs::Quirks quirks;
    TRY(pixels::decode_frame(object, i, frame.pixels.mutable_bytes(), desk.scratch, quirks));
    images.add(modality, layout, std::move(frame));
  }
  return {};
}

Result<void> read_file(const std::string& path, Desk& desk, ImageSet& images,
                       dicom::Record& record) {
  TRY(desk.file.open(path, {}));
  record.bytes_in = desk.file.identity().size_bytes;
  scan::scan(desk.file.bytes(), desk.file.bytes().size(), {}, desk.scanned);
  if (!dicom::is_dicom(desk.scanned.kind)) {
    skip(record, fmt::format("not DICOM ({})", dicom::name(desk.scanned.kind)));
    return {};
  }
  if (desk.scanned.actual != nullptr) record.from = desk.scanned.actual->uid;
  if (desk.scanned.error) return std::unexpected(*desk.scanned.error);
  TRY_ASSIGN(const auto object, pixels::open_object(desk.scanned));
  if (!object) {
    skip(record, "no pixel data");
    return {};
  }
  record.modality = desk.scanned.data_set().text(tags::Modality);
  record.frames = object->table.frames();
  TRY(take_frames(*object, record.modality, desk, images));
  record.outcome = Outcome::Ok;
  return desk.file.check();
}

void note(const Error& error, dicom::Record& record) {
  if (error.code == ErrorCode::Unsupported) return skip(record, std::string(error.what));
  record.outcome = Outcome::Failed;
  record.reason = error.what;
  record.error = error;
}

}  // namespace

void read_images(const std::vector<std::string>& paths, ImageSet& images, const FileRead& each) {
  using Kind = discover::Discovered::Kind;
  discover::Discovery discovery({.roots = paths});
  Desk desk;
  while (const auto found = discovery.next()) {
    dicom::Record record;
    record.sequence = found->file.sequence;
    record.path = found->file.relative;
    desk.scanned.kind = dicom::FileKind::Unknown;
    if (found->kind == Kind::SymbolicLink) {
      skip(record, "a symbolic link");
    } else if (found->kind == Kind::Special) {
      skip(record, "a special file");
    } else if (found->kind == Kind::Unreadable) {
      note(found->error, record);
    } else if (const auto read = read_file(found->file.path, desk, images, record); !read) {
      note(read.error(), record);
    }
    each(record, desk.scanned.kind);
  }
}

}  // namespace slipring::measure
