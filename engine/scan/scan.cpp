#include "engine/scan/scan.h"

#include <algorithm>

#include "codecs/deflate/deflate.h"
#include "engine/scan/guess.h"
#include "engine/scan/meta.h"
#include "engine/scan/signature.h"
#include "engine/scan/walk.h"

namespace slipring::scan {

using dicom::FileKind;
using dicom::RuleId;
using dicom::Scanned;
using dicom::Severity;
namespace tags = dicom::tags;

namespace {

constexpr RuleId kEmptyFile{0, 2}, kContainer{0, 8}, kNoDicm{1, 1}, kPreambleRule{1, 2},
    kTransferSyntax{1, 5}, kEncodingRule{1, 13}, kDeflate{1, 14};
constexpr std::uint64_t kPreambleBytes = 128;
constexpr std::uint64_t kMagicBytes = 4;
constexpr std::string_view kImplicitLittleUid = "1.2.840.10008.1.2";
constexpr std::string_view kExplicitLittleUid = "1.2.840.10008.1.2.1";
constexpr std::string_view kExplicitBigUid = "1.2.840.10008.1.2.2";

class Scan {
 public:
  Scan(Bytes bytes, std::uint64_t size, const Options& options, Scanned& out)
      : bytes_(bytes),
        size_(std::max<std::uint64_t>(size, bytes.size())),
        options_(options),
        out_(out) {}

  void run() {
    clear();
    std::uint64_t begin = 0;
    if (!find_begin(begin)) return;
    if (begins_meta(bytes_, begin) || out_.kind == FileKind::Part10)
      begin = read_meta(bytes_, begin, size_, out_);
    if (out_.more_needed_bytes != 0) return;
    if (out_.error) {
      out_.actual = out_.declared;
      return;
    }
    out_.data_set_begin = begin;
    if (out_.declared != nullptr && out_.declared->deflated ? inflate(begin)
                                                            : settle_encoding(begin))
      walk();
  }

 private:
  void clear() {
    out_.kind = FileKind::Unknown;
    out_.transfer_syntax_uid = {};
    out_.declared = nullptr;
    out_.actual = nullptr;
    out_.meta_tape.clear();
    out_.tape.clear();
    out_.file_bytes = bytes_;
    out_.bytes = bytes_;
    out_.data_set_begin = 0;
    out_.data_set_end = 0;
    out_.findings.clear();
    out_.error.reset();
    out_.stopped_early = false;
    out_.more_needed_bytes = 0;
    out_.inflated.clear();
    out_.likeness.number = out_.likeness.before = 0;
  }

  void note(RuleId rule, Severity severity, dicom::Tag tag, std::uint64_t offset,
            std::string_view message) {
    const std::string path = tag.value == 0 ? std::string() : dicom::to_string(tag);
    out_.findings.add({rule, severity, tag, offset, path, std::string(message)});
  }

  // Where the meta group or the data set begins; false when this is not DICOM or more bytes are
  // needed.
  bool find_begin(std::uint64_t& begin) {
    if (bytes_.size() < kPreambleBytes + kMagicBytes && bytes_.size() < size_) {
      out_.more_needed_bytes = useful_head(kPreambleBytes + kMagicBytes, bytes_.size(), size_);
      return false;
    }
    if (magic_at(kPreambleBytes)) {
      begin = kPreambleBytes + kMagicBytes;
      out_.kind = FileKind::Part10;
      const Preamble preamble = preamble_of(bytes_);
      if (!preamble.what.empty())
        note(kPreambleRule, preamble.executable ? Severity::Warning : Severity::Info, {}, 0,
             preamble.what);
      return true;
    }
    if (magic_at(0)) {
      begin = kMagicBytes;
      out_.kind = FileKind::NoPreamble;
      note(kNoDicm, Severity::Warning, {}, 0, "DICM at byte 0: no preamble");
      return true;
    }
    if (may_begin_data_set(bytes_, size_) && !enough_to_guess(0)) return false;
    if (bare_data_set(bytes_, size_)) {
      out_.kind = FileKind::NoPreamble;
      note(kNoDicm, Severity::Warning, {}, 0, "no preamble and no DICM");
      return true;
    }
    const Kind kind = kind_of(bytes_, size_);
    out_.more_needed_bytes = kind.more_needed_bytes;
    if (kind.more_needed_bytes == 0) not_dicom(kind.kind);
    return false;
  }

  bool enough_to_guess(std::uint64_t begin) {
    const std::uint64_t enough = std::min(size_, begin + kBytesGuessed);
    if (bytes_.size() < enough) out_.more_needed_bytes = useful_head(enough, bytes_.size(), size_);
    return bytes_.size() >= enough;
  }

  [[nodiscard]] bool magic_at(std::uint64_t at) const {
    return bytes_.size() >= at + kMagicBytes && as_text(bytes_).substr(at, kMagicBytes) == "DICM";
  }

  void not_dicom(FileKind kind) {
    out_.kind = kind;
    if (kind == FileKind::Empty)
      note(kEmptyFile, Severity::Error, {}, kNoOffset, "the file is empty");
    if (kind == FileKind::Zip || kind == FileKind::Gzip || kind == FileKind::Tar)
      note(kContainer, Severity::Error, {}, 0, dicom::name(kind));
  }

  // The declared encoding where the first element bears it out, else the likeliest.
  bool settle_encoding(std::uint64_t begin) {
    out_.actual = out_.declared;
    if (begin == size_) return true;  // the walk says so
    // The first header is needed to judge, and a little more where it does not fit.
    if (begin + kLongHeaderBytes > bytes_.size() && bytes_.size() < size_) {
      out_.more_needed_bytes = useful_head(begin + kLongHeaderBytes, bytes_.size(), size_);
      return false;
    }
    std::optional<Mode> declared;
    if (out_.declared != nullptr) declared = mode_of(out_.declared->encoding);
    if (declared && first_fits(*declared, bytes_, begin, size_)) return true;
    if (!enough_to_guess(begin)) return false;
    const std::optional<Mode> likely = likely_mode(declared, bytes_, begin, size_);
    if (declared && (!likely || likely == declared)) return true;  // the walk says what is wrong
    // Implicit VR little endian is the default transfer syntax (PS3.5 10.1).
    out_.actual = dicom::find_transfer_syntax(uid_of(likely.value_or(Mode::ImplicitLittle)));
    note_guess(begin);
    return true;
  }

  static std::string_view uid_of(Mode mode) {
    return mode == Mode::ImplicitLittle ? kImplicitLittleUid
           : mode == Mode::ExplicitBig  ? kExplicitBigUid
                                        : kExplicitLittleUid;
  }

  void note_guess(std::uint64_t begin) {
    const Mode mode = mode_of(out_.actual->encoding);
    const std::string_view what = mode == Mode::ImplicitLittle ? "read as implicit VR little endian"
                                  : mode == Mode::ExplicitBig  ? "read as explicit VR big endian"
                                                              : "read as explicit VR little endian";
    if (out_.declared != nullptr)
      note(kEncodingRule, Severity::Warning, {}, begin,
           std::string("the data set is not in the declared transfer syntax: ").append(what));
    else
      note(kTransferSyntax, Severity::Warning, {}, begin,
           std::string("no known transfer syntax: ").append(what));
  }

  // PS3.5 A.5: raw deflate; many write zlib's wrapping, some do not deflate at all.
  bool inflate(std::uint64_t begin) {
    if (bytes_.size() < size_) {
      out_.more_needed_bytes = size_;
      return false;
    }
    const Bytes input = bytes_.subspan(begin);
    const codecs::deflate::InflateLimits limits{options_.limits.inflated_bytes_max,
                                                options_.limits.inflate_ratio_max};
    const bool zlib = codecs::deflate::looks_like_zlib(input);
    auto result = zlib ? codecs::deflate::inflate_zlib(input, limits, out_.inflated)
                       : codecs::deflate::inflate_raw(input, limits, out_.inflated);
    if (!result && zlib) result = codecs::deflate::inflate_raw(input, limits, out_.inflated);
    if (!result) return not_deflated(begin, result.error());
    out_.actual = out_.declared;
    out_.bytes = out_.inflated.bytes();
    is_inflated_ = true;
    out_.data_set_begin = 0;
    if (zlib) note(kDeflate, Severity::Warning, {}, begin, "deflated with a zlib header, not raw");
    const std::uint64_t left = input.size() - result->consumed_bytes;
    const bool pad = left == 1 && input.back() == 0;
    if (left != 0 && !pad)
      note(kDeflate, Severity::Warning, {}, begin + result->consumed_bytes,
           "bytes after the deflate stream");
    return true;
  }

  bool not_deflated(std::uint64_t begin, Error error) {
    out_.inflated.clear();
    if (const auto likely = likely_mode({}, bytes_, begin, size_)) {
      out_.actual = dicom::find_transfer_syntax(uid_of(*likely));
      note_guess(begin);
      return true;
    }
    out_.actual = out_.declared;
    if (error.offset != kNoOffset) error.offset += begin;
    note(kDeflate, Severity::Error, {}, error.offset, error.what);
    out_.error = error;
    return false;
  }

  void walk() {
    const dicom::Encoding encoding =
        out_.actual != nullptr ? out_.actual->encoding : dicom::Encoding{};
    Walk walk({.bytes = out_.bytes,
               .size_bytes = is_inflated_ ? out_.bytes.size() : size_,
               .begin = out_.data_set_begin,
               .mode = mode_of(encoding),
               .fragments_expected = out_.declared == nullptr || out_.declared->encapsulated},
              options_, out_);
    walk.run();
    if (out_.more_needed_bytes != 0) return;
    compare_pixel_form(walk.pixel_form());
    compare_meta_with_data_set(out_);
    settle_kind();
  }

  // L1-13: whether the pixel data is what the transfer syntax says.
  void compare_pixel_form(PixelForm form) {
    if (out_.declared == nullptr || form == PixelForm::None) return;
    if (out_.declared->encapsulated && form == PixelForm::Native) {
      out_.actual = dicom::find_transfer_syntax(uid_of(mode_of(out_.actual->encoding)));
      note(kEncodingRule, Severity::Warning, tags::PixelData, kNoOffset,
           "the transfer syntax is encapsulated, the pixel data is native");
    } else if (!out_.declared->encapsulated && form == PixelForm::Fragments) {
      note(kEncodingRule, Severity::Error, tags::PixelData, kNoOffset,
           "the transfer syntax is native, the pixel data is encapsulated");
    }
  }

  void settle_kind() {
    const auto first = out_.tape.empty() ? dicom::Tag() : out_.tape.front().tag;
    const dicom::DataSet meta = out_.meta();
    if (first.group() == 4 || meta.text(tags::MediaStorageSOPClassUID) == "1.2.840.10008.1.3.10") {
      out_.kind = FileKind::Dicomdir;
    } else if (out_.kind == FileKind::NoPreamble && out_.meta_tape.empty()) {
      const dicom::DataSet set = out_.data_set();
      if (set.find(tags::RecognitionCode) != nullptr && set.find(tags::SOPClassUID) == nullptr)
        out_.kind = FileKind::AcrNema;
    }
  }

  Bytes bytes_;
  std::uint64_t size_;
  const Options& options_;
  Scanned& out_;
  bool is_inflated_ = false;
};

}  // namespace

void scan(Bytes bytes, std::uint64_t file_size_bytes, const Options& options, Scanned& scanned) {
  Scan(bytes, file_size_bytes, options, scanned).run();
}

}  // namespace slipring::scan
