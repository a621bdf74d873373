// One or three components of 8 or 16 bits by vectors; the end of a line and everything rare by the
// scalar loop, so that not a byte too many is written.
#include "codecs/jpeg_lossless/lines/store.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_lossless/lines/store_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/base/contract.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_lossless {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void store(const StoredLine& line, std::uint8_t* to) { store_line_scalar(line, to); }

bool is(const StoredLine& line, const std::uint8_t* expected) {
  return line_is_scalar(line, expected);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

using Samples = hn::ScalableTag<std::uint16_t>;

// SampleForm::apply in every lane.
class Form {
 public:
  explicit Form(const SampleForm& form)
      : left_(static_cast<int>(form.point_transform + 16 - form.precision_bits)),
        right_(static_cast<int>(16 - form.precision_bits)),
        is_signed_(form.is_signed) {}
  HWY_INLINE hn::Vec<Samples> operator()(hn::Vec<Samples> v) const {
    const Samples d;
    const hn::RebindToSigned<Samples> signed_d;
    const auto top = hn::ShiftLeftSame(v, left_);
    if (!is_signed_) return hn::ShiftRightSame(top, right_);
    return hn::BitCast(d, hn::ShiftRightSame(hn::BitCast(signed_d, top), right_));
  }

 private:
  int left_;
  int right_;
  bool is_signed_;
};

using Bytes8 = hn::Rebind<std::uint8_t, Samples>;

HWY_INLINE hn::Vec<Bytes8> narrow(hn::Vec<Samples> v) {
  const hn::RebindToSigned<Samples> signed_d;
  const auto low = hn::And(v, hn::Set(Samples(), 0xFF));
  return hn::DemoteTo(Bytes8(), hn::BitCast(signed_d, low));
}

HWY_INLINE std::uint16_t* words(std::uint8_t* to) { return reinterpret_cast<std::uint16_t*>(to); }

// Samples that whole vectors cover.
std::size_t store_one(const StoredLine& line, const Form& form, std::uint8_t* to) {
  const Samples d;
  const std::size_t lanes = hn::Lanes(d);
  const std::uint16_t* from = line.planes[0];
  std::size_t x = 0;
  if (line.sample_bytes == 1) {
    for (; x + lanes <= line.count; x += lanes)
      hn::StoreU(narrow(form(hn::LoadU(d, from + x))), Bytes8(), to + x);
  } else {
    for (; x + lanes <= line.count; x += lanes)
      hn::StoreU(form(hn::LoadU(d, from + x)), d, words(to) + x);
  }
  return x;
}

std::size_t store_three(const StoredLine& line, const Form& form, std::uint8_t* to) {
  const Samples d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t x = 0;
  for (; x + lanes <= line.count; x += lanes) {
    const auto a = form(hn::LoadU(d, line.planes[0] + x));
    const auto b = form(hn::LoadU(d, line.planes[1] + x));
    const auto c = form(hn::LoadU(d, line.planes[2] + x));
    if (line.sample_bytes == 1)
      hn::StoreInterleaved3(narrow(a), narrow(b), narrow(c), Bytes8(), to + 3 * x);
    else
      hn::StoreInterleaved3(a, b, c, d, words(to) + 3 * x);
  }
  return x;
}

void store(const StoredLine& line, std::uint8_t* to) {
  const std::size_t planes = line.planes.size();
  if (line.sample_bytes > 2 || (planes != 1 && planes != 3)) return store_line_scalar(line, to);
  const Form form(line.form);
  const std::size_t done = planes == 1 ? store_one(line, form, to) : store_three(line, form, to);
  if (done == line.count) return;
  const std::uint16_t* rest[3];
  for (std::size_t k = 0; k < planes; ++k) rest[k] = line.planes[k] + done;
  StoredLine tail = line;
  tail.planes = {rest, planes};
  tail.count = line.count - done;
  store_line_scalar(tail, to + done * planes * line.sample_bytes);
}

bool is(const StoredLine& line, const std::uint8_t* expected) {
  const Samples d;
  const std::size_t lanes = hn::Lanes(d);
  const Form form(line.form);
  const std::uint16_t* from = line.planes[0];
  auto others = hn::Zero(d);
  std::size_t x = 0;
  for (; x + lanes <= line.count; x += lanes) {
    const auto v = form(hn::LoadU(d, from + x));
    const auto right = line.sample_bytes == 1
                           ? hn::PromoteTo(d, hn::LoadU(Bytes8(), expected + x))
                           : hn::LoadU(d, reinterpret_cast<const std::uint16_t*>(expected) + x);
    const auto low = line.sample_bytes == 1 ? hn::And(v, hn::Set(d, 0xFF)) : v;
    others = hn::Or(others, hn::Xor(low, right));
  }
  if (!hn::AllTrue(d, hn::Eq(others, hn::Zero(d)))) return false;
  const std::uint16_t* const rest = from + x;
  StoredLine tail = line;
  tail.planes = {&rest, 1};
  tail.count = line.count - x;
  return line_is_scalar(tail, expected + x * line.sample_bytes);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_lossless
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_lossless {

HWY_EXPORT(store);
HWY_EXPORT(is);

void store_line(const StoredLine& line, std::uint8_t* to) { HWY_DYNAMIC_DISPATCH(store)(line, to); }

bool line_is(const StoredLine& line, const std::uint8_t* expected) {
  EXPECTS(line.planes.size() == 1 && (line.sample_bytes == 1 || line.sample_bytes == 2));
  return HWY_DYNAMIC_DISPATCH(is)(line, expected);
}

}  // namespace slipring::codecs::jpeg_lossless
#endif
