#include "datasets/drawing/shapes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "datasets/drawing/random.h"

namespace slipring::datasets {

namespace {

// In units of half the image: the middle is (0, 0), the edges -1 and 1.
struct Ellipse {
  double x, y, radius_x, radius_y, angle, value, edge;
};

// 0 far outside, 1 well inside, a smooth step between.
double cover(const Ellipse& e, double x, double y) {
  const double cosine = std::cos(e.angle);
  const double sine = std::sin(e.angle);
  const double u = ((x - e.x) * cosine + (y - e.y) * sine) / e.radius_x;
  const double v = (-(x - e.x) * sine + (y - e.y) * cosine) / e.radius_y;
  const double t = std::clamp((1 - std::sqrt(u * u + v * v)) / e.edge, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

void add_organs(std::vector<Ellipse>& shapes, Random& random, int count, double low, double high) {
  for (int i = 0; i < count; ++i)
    shapes.push_back({random.between(-0.4, 0.4), random.between(-0.35, 0.35),
                      random.between(0.05, 0.22), random.between(0.05, 0.2),
                      random.between(0, std::numbers::pi), random.between(low, high), 0.1});
}

std::vector<Ellipse> thorax(Random& random) {  // Hounsfield units
  std::vector<Ellipse> shapes = {
      {0, 0, 0.82, 0.62, 0, -90, 0.02},       {0, 0, 0.76, 0.56, 0, 50, 0.02},
      {-0.34, 0, 0.26, 0.4, 0.1, -840, 0.03}, {0.34, 0, 0.26, 0.4, -0.1, -840, 0.03},
      {0, 0.4, 0.1, 0.12, 0, 650, 0.1},       {0, 0.38, 0.035, 0.035, 0, 30, 0.2}};
  add_organs(shapes, random, 9, 20, 140);
  for (int i = 0; i < 8; ++i) {  // ribs
    const double angle = std::numbers::pi * (0.1 + 0.25 * i);
    shapes.push_back({0.72 * std::cos(angle), 0.52 * std::sin(angle), 0.05, 0.025,
                      angle + std::numbers::pi / 2, 780, 0.2});
  }
  return shapes;
}

std::vector<Ellipse> head(Random& random) {  // arbitrary units of signal
  std::vector<Ellipse> shapes = {{0, 0, 0.62, 0.78, 0, 900, 0.03},
                                 {0, 0, 0.56, 0.72, 0, 120, 0.03},
                                 {0, 0, 0.53, 0.69, 0, 560, 0.05},
                                 {-0.1, 0, 0.06, 0.2, 0.2, 1200, 0.2},
                                 {0.1, 0, 0.06, 0.2, -0.2, 1200, 0.2}};
  add_organs(shapes, random, 12, 380, 820);
  return shapes;
}

std::vector<Ellipse> chest_film(Random& random) {  // 12 bits of exposure
  std::vector<Ellipse> shapes = {{0, 0.2, 0.95, 1.3, 0, 1500, 0.4},
                                 {-0.4, 0, 0.32, 0.6, 0.08, 2900, 0.35},
                                 {0.4, 0, 0.32, 0.6, -0.08, 2900, 0.35},
                                 {0.08, 0.25, 0.25, 0.32, 0.4, 900, 0.3},
                                 {0, -0.1, 0.09, 0.9, 0, 800, 0.3}};
  for (int i = 0; i < 10; ++i)
    for (const int side : {-1, 1})
      shapes.push_back({side * 0.4, -0.6 + 0.13 * i, 0.36, 0.016, side * 0.35, 1900, 0.6});
  add_organs(shapes, random, 6, 1000, 2400);
  return shapes;
}

std::vector<Ellipse> echoes(Random& random) {  // 8 bits
  std::vector<Ellipse> shapes = {{0, 0, 2, 2, 0, 70, 0.1}};
  add_organs(shapes, random, 10, 15, 170);
  return shapes;
}

double background_of(Modality modality) {
  return modality == Modality::CT ? -1000 : modality == Modality::CR ? 3600 : 8;
}

// A sector with its tip above the image, as a curved probe sees.
bool in_sector(double x, double y) {
  const double radius = std::hypot(x, y + 1.25);
  return radius > 0.4 && radius < 2.1 && std::abs(x) < 0.75 * (y + 1.25);
}

bool outside_field(Modality modality, double x, double y) {
  if (modality == Modality::CT) return x * x + y * y > 1;
  return modality == Modality::US && !in_sector(x, y);
}

double value_at(const std::vector<Ellipse>& shapes, Modality modality, double x, double y) {
  double value = background_of(modality);
  for (const Ellipse& e : shapes) {
    if (std::abs(x - e.x) > e.radius_x + e.radius_y || std::abs(y - e.y) > e.radius_x + e.radius_y)
      continue;
    const double part = cover(e, x, y);
    value += part * (e.value - value);
  }
  return value * (1 + 0.04 * x - 0.03 * y);  // uneven coil, heel effect
}

std::vector<Ellipse> shapes_of(Modality modality, Random& random) {
  switch (modality) {
    case Modality::CT:
      return thorax(random);
    case Modality::MR:
      return head(random);
    case Modality::CR:
      return chest_film(random);
    case Modality::US:
      return echoes(random);
  }
  return {};
}

}  // namespace

std::vector<std::int16_t> draw_shapes(Modality modality, std::uint32_t rows, std::uint32_t columns,
                                      std::uint64_t seed) {
  Random random(seed);
  const std::vector<Ellipse> shapes = shapes_of(modality, random);
  const auto outside = static_cast<std::int16_t>(modality == Modality::CT ? kOutsideField : 0);
  std::vector<std::int16_t> plane(std::size_t{rows} * columns);
  for (std::uint32_t r = 0; r < rows; ++r) {
    const double y = (2.0 * r + 1) / rows - 1;
    for (std::uint32_t c = 0; c < columns; ++c) {
      const double x = (2.0 * c + 1) / columns - 1;
      plane[std::size_t{r} * columns + c] =
          outside_field(modality, x, y)
              ? outside
              : static_cast<std::int16_t>(value_at(shapes, modality, x, y));
    }
  }
  return plane;
}

}  // namespace slipring::datasets
