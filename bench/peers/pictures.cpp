#include "bench/peers/pictures.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace slipring::peers {

namespace {

using measure::Frame;
using measure::ImageGroup;

constexpr std::size_t kFramesMax = 16;

struct Picture {
  std::string_view name;
  std::vector<std::string_view> paths;  // of one kind; several where there are, so that no branch
                                        // predictor learns one by heart
  std::uint32_t tiled_rows = 0;         // 0: as it is
  std::uint32_t tiled_columns = 0;
};

const std::vector<Picture>& pictures() {
  static const std::vector<Picture> all = {
      {"ct-12-512x512", {"series/ct-siemens-512"}},
      {"ct-signed-512x512",
       {"native/implicit-le/cornerstonejs+dicomParser__CT1_UNC.implicit_little_endian.dcm",
        "native/explicit-le/rexcardan+Evil-DICOM__explicitLittleEndian.dcm",
        "native/explicit-le/pydicom+pydicom__693_UNCI.dcm"}},
      {"mr-512x460", {"series/mr-uih-t1-512"}},
      {"mr-12-484x484", {"native/explicit-le/pydicom+pydicom__MR-SIEMENS-DICOM-WithOverlays.dcm"}},
      {"mr-12-1024x1024", {"derived/htj2k-lossless-201/MR2_HTJ2K.dcm"}},
      {"cr-10-1760x2140", {"derived/htj2k-lossless-201/RG2_HTJ2K.dcm"}},
      {"cr-10-1760x1760", {"derived/htj2k-lossless-201/RG3_HTJ2K.dcm"}},
      {"dx-12-2000x2128",
       {"transfer-syntax/j2k-lossless-90/pydicom+pylibjpeg-data__966_fixed.dcm"}},
      {"dx-12-tiled-3328x4096",
       {"transfer-syntax/j2k-lossless-90/pydicom+pylibjpeg-data__966_fixed.dcm"},
       4096,
       3328},
      {"us-rgb8-640x480", {"derived/htj2k-lossless-201/US1_HTJ2K.dcm"}},
      {"us-rgb8-320x240",
       {"charset/cornerstonejs+dicomParser__IM00001.implicit_little_endian.dcm"}},
  };
  return all;
}

// The picture repeated over a larger frame, as tiles of a floor.
ImageGroup tiled(const ImageGroup& from, std::uint32_t rows, std::uint32_t columns) {
  ImageGroup to;
  to.layout = from.layout;
  to.layout.rows = rows;
  to.layout.columns = columns;
  const std::size_t pixel = from.layout.samples_per_pixel * from.layout.bytes_per_sample();
  Frame frame;
  frame.pixels.resize(pixel * rows * columns);
  const std::uint8_t* source = from.frames.front().pixels.data();
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; c += from.layout.columns) {
      const std::size_t count = std::min<std::size_t>(from.layout.columns, columns - c);
      std::memcpy(frame.pixels.data() + pixel * (r * columns + c),
                  source + pixel * (r % from.layout.rows) * from.layout.columns, pixel * count);
    }
  to.frames.push_back(std::move(frame));
  return to;
}

// The first group of the files; none when nothing could be read.
std::vector<ImageGroup> read(const std::string& corpus, const Picture& picture) {
  std::vector<std::string> paths;
  for (const std::string_view path : picture.paths)
    paths.push_back(corpus + '/' + std::string(path));
  measure::ImageSet images({.frames_max = kFramesMax});
  measure::read_images(paths, images, [](const dicom::Record&, dicom::FileKind) {});
  std::vector<ImageGroup> found;
  if (!images.groups().empty()) found = images.take();
  found.resize(std::min<std::size_t>(found.size(), 1));
  if (found.empty()) return found;
  if (picture.tiled_rows != 0)
    found.front() = tiled(found.front(), picture.tiled_rows, picture.tiled_columns);
  found.front().name = picture.name;
  return found;
}

}  // namespace

std::vector<ImageGroup> corpus_pictures(const std::string& corpus,
                                        std::vector<std::string>& absent) {
  std::vector<ImageGroup> groups;
  for (const Picture& picture : pictures()) {
    std::vector<ImageGroup> found = read(corpus, picture);
    if (found.empty())
      absent.push_back(std::string(picture.name) + ": cannot be read from the corpus");
    else
      groups.push_back(std::move(found.front()));
  }
  return groups;
}

std::string corpus_folder() {
  if (const char* named = std::getenv("SLIPRING_CORPUS")) return named;
  const std::string beside = SLIPRING_SOURCE_DIR "/../shared/corpus";
  return std::filesystem::is_directory(beside) ? beside : "";
}

}  // namespace slipring::peers
