#include "codecs/base/contract.h"
#include "codecs/kernels/row/samples.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/kernels/row/samples_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/kernels/aligned_stores-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

MoveFunction choose(const SampleMove&) { return move_samples_scalar; }

#else

namespace hn = hwy::HWY_NAMESPACE;

template <class Lane>
const Lane* lanes_at(const std::uint8_t* bytes) {
  return reinterpret_cast<const Lane*>(bytes);
}
template <class Lane>
Lane* lanes_at(std::uint8_t* bytes) {
  return reinterpret_cast<Lane*>(bytes);
}

// One vector of samples in their new width. Narrowing drops the upper bits.
template <class From, class To, class D>
HWY_INLINE hn::Vec<D> load_as(D d, const std::uint8_t* from) {
  if constexpr (sizeof(From) == sizeof(To)) {
    return hn::LoadU(d, lanes_at<To>(from));
  } else {
    const hn::Rebind<From, D> d_from;
    const auto v = hn::LoadU(d_from, lanes_at<From>(from));
    if constexpr (sizeof(From) > sizeof(To)) {  // Highway 1.0.3's TruncateTo is wrong on AVX3
      const hn::RebindToUnsigned<decltype(d_from)> du;
      const hn::RebindToSigned<decltype(d_from)> di;
      constexpr hwy::MakeUnsigned<From> kKept = hwy::LimitsMax<To>();
      return hn::DemoteTo(d, hn::BitCast(di, hn::And(hn::BitCast(du, v), hn::Set(du, kKept))));
    } else if constexpr (sizeof(To) == 8 && sizeof(From) < 4) {
      using Middle = hwy::MakeWide<hwy::MakeWide<From> >;
      using Half = std::conditional_t<sizeof(From) == 1, Middle, hwy::MakeWide<From> >;
      const hn::Rebind<Half, D> d_half;
      const hn::Rebind<hwy::MakeWide<Half>, D> d_wide;
      return hn::BitCast(d, hn::PromoteTo(d_wide, hn::PromoteTo(d_half, v)));
    } else {
      using Wide = std::conditional_t<hwy::IsSigned<From>(), hwy::MakeSigned<To>, To>;
      const hn::Rebind<Wide, D> d_wide;
      return hn::BitCast(d, hn::PromoteTo(d_wide, v));
    }
  }
}

template <class From, class To>
void resize(const std::uint8_t* from, std::uint8_t* to, std::size_t count, const SampleMove& move) {
  using Wider = std::conditional_t<(sizeof(From) > sizeof(To)), From, To>;
  const hn::Rebind<To, hn::ScalableTag<Wider> > d;
  const auto mask = hn::Set(d, static_cast<To>(move.mask()));
  const auto sign = hn::Set(d, static_cast<To>(move.sign_bit()));
  const std::size_t i = store_aligned(d, to, count, [&](std::size_t at) HWY_ATTR {
    const auto taken = hn::And(load_as<From, To>(d, from + at * sizeof(From)), mask);
    return hn::Sub(hn::Xor(taken, sign), sign);
  });
  move_samples_scalar(from + i * sizeof(From), to + i * sizeof(To), count - i, move);
}

// Bytes are shifted as halves of 16-bit lanes: what crosses between them is masked away.
template <class Lane>
void shift(const std::uint8_t* from, std::uint8_t* to, std::size_t count, const SampleMove& move) {
  using Shifted = std::conditional_t<sizeof(Lane) == 1, std::uint16_t, Lane>;
  const hn::ScalableTag<Lane> d;
  const hn::Repartition<Shifted, decltype(d)> ds;
  const auto mask = hn::Set(d, static_cast<Lane>(move.mask()));
  const auto sign = hn::Set(d, static_cast<Lane>(move.sign_bit()));
  const int right = static_cast<int>(move.right);
  const int left = static_cast<int>(move.left);
  const std::size_t i = store_aligned(d, to, count, [&](std::size_t at) HWY_ATTR {
    const auto in = hn::BitCast(ds, hn::LoadU(d, lanes_at<Lane>(from + at * sizeof(Lane))));
    const auto taken = hn::And(hn::BitCast(d, hn::ShiftRightSame(in, right)), mask);
    const auto value = hn::Sub(hn::Xor(taken, sign), sign);
    return hn::BitCast(d, hn::ShiftLeftSame(hn::BitCast(ds, value), left));
  });
  move_samples_scalar(from + i * sizeof(Lane), to + i * sizeof(Lane), count - i, move);
}

template <class From>
MoveFunction from_width(const SampleMove& move) {
  using Narrow = std::conditional_t<sizeof(From) == 8, std::uint32_t, From>;  // no 64 to less
  switch (move.to_bytes) {
    case 1:
      return sizeof(From) == 8 ? move_samples_scalar : resize<Narrow, std::uint8_t>;
    case 2:
      return sizeof(From) == 8 ? move_samples_scalar : resize<Narrow, std::uint16_t>;
    case 4:
      return sizeof(From) == 8 ? move_samples_scalar : resize<Narrow, std::uint32_t>;
    default:
      return resize<From, std::uint64_t>;
  }
}

MoveFunction choose(const SampleMove& move) {
  if (move.shifts()) {
    if (move.from_signed || (move.sign && move.left != 0)) return move_samples_scalar;
    switch (move.from_bytes) {
      case 1:
        return shift<std::uint8_t>;
      case 2:
        return shift<std::uint16_t>;
      case 4:
        return shift<std::uint32_t>;
      default:
        return shift<std::uint64_t>;
    }
  }
  switch (move.from_bytes) {
    case 1:
      return move.from_signed ? from_width<std::int8_t>(move) : from_width<std::uint8_t>(move);
    case 2:
      return move.from_signed ? from_width<std::int16_t>(move) : from_width<std::uint16_t>(move);
    case 4:
      return move.from_signed ? from_width<std::int32_t>(move) : from_width<std::uint32_t>(move);
    default:
      return from_width<std::uint64_t>(move);
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::kernels {

HWY_EXPORT(choose);

MoveFunction sample_mover(const SampleMove& move) {
  const auto is_width = [](std::uint32_t bytes) {
    return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
  };
  EXPECTS(is_width(move.from_bytes) && is_width(move.to_bytes));
  EXPECTS(move.right + move.bits <= 8 * move.to_bytes &&
          move.left + move.bits <= 8 * move.to_bytes);
  EXPECTS(!move.shifts() || (move.from_bytes == move.to_bytes && move.bits != 0));
  return HWY_DYNAMIC_DISPATCH(choose)(move);
}

void move_samples(Bytes from, MutableBytes to, const SampleMove& move) {
  EXPECTS(from.size() / move.from_bytes == to.size() / move.to_bytes);
  sample_mover(move)(from.data(), to.data(), from.size() / move.from_bytes, move);
}

}  // namespace slipring::codecs::kernels
#endif
