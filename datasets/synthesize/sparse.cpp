#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "datasets/synthesize/header.h"
#include "datasets/synthesize/object.h"

namespace slipring::datasets {

namespace {

constexpr std::uint64_t kNativeBytesMax = 0xFFFFFFFE;  // the largest defined even length

std::string system_text(const std::string& path) {
  return path + ": " + std::generic_category().message(errno);
}

bool write_at(int descriptor, const std::vector<std::uint8_t>& bytes, std::uint64_t at) {
  return ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(at)) ==
         static_cast<ssize_t>(bytes.size());
}

// A fragment a frame with holes for values, behind an empty Basic Offset Table (PS3.5 A.4).
std::uint64_t write_fragments(int descriptor, const Syntax& syntax, const Image& image,
                              std::uint64_t at) {
  std::vector<std::uint8_t> bytes;
  ElementWriter to(bytes, syntax);
  to.header(attributes::PixelDataBytes, 0xFFFFFFFFU);
  to.item_header(0xE000, 0);
  for (std::uint32_t i = 0; i < image.frames; ++i) {
    to.item_header(0xE000, static_cast<std::uint32_t>(image.frame_bytes()));
    if (!write_at(descriptor, bytes, at)) return 0;
    at += bytes.size() + image.frame_bytes();
    bytes.clear();
  }
  to.item_header(0xE0DD, 0);
  return write_at(descriptor, bytes, at) ? at + bytes.size() : 0;
}

std::uint64_t write_native(int descriptor, const Syntax& syntax, const Image& image,
                           std::uint64_t at) {
  const std::uint64_t value_bytes = image.frame_bytes() * image.frames;
  std::vector<std::uint8_t> bytes;
  ElementWriter(bytes, syntax)
      .header(attributes::PixelData, static_cast<std::uint32_t>(value_bytes));
  return write_at(descriptor, bytes, at) ? at + bytes.size() + value_bytes : 0;
}

}  // namespace

std::string write_sparse(const Options& options, const std::string& path) {
  Image image;
  image.modality = Modality::US;  // the one whose frames are many
  image.rows = image.columns = options.sparse_size;
  image.frames = static_cast<std::uint32_t>(options.sparse_frames);
  const std::uint64_t value_bytes = image.frame_bytes() * options.sparse_frames;
  const Syntax* syntax = options.sparse_syntax;
  if (syntax == nullptr) syntax = &syntaxes()[value_bytes > kNativeBytesMax ? 4 : 0];
  if (options.sparse_frames > 0x7FFFFFFF) return "too many sparse frames";  // IS holds 32 bits
  if (!syntax->encapsulated && value_bytes > kNativeBytesMax)
    return "native pixel data ends at 4 GiB: use --sparse-syntax encapsulated-le";
  ObjectPlan plan;
  plan.modality = Modality::US;
  plan.content_number = ~std::uint64_t{0};
  plan.patient = plan.study = plan.series = 0xFFFFFF;
  plan.syntax = syntax;
  const HeaderFacts facts = header_facts(plan, image, options.seed);
  std::vector<std::uint8_t> head;
  append_meta(facts.sop_class, facts.sop_instance, syntax->uid, true, head);
  ElementWriter to(head, *syntax);
  write_header(facts, to);
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return system_text(path);
  std::uint64_t end = 0;
  if (write_at(descriptor, head, 0))
    end = syntax->encapsulated ? write_fragments(descriptor, *syntax, image, head.size())
                               : write_native(descriptor, *syntax, image, head.size());
  const bool good = end != 0 && ::ftruncate(descriptor, static_cast<off_t>(end)) == 0;
  const std::string answer = good ? "" : system_text(path);
  ::close(descriptor);
  return answer;
}

}  // namespace slipring::datasets
