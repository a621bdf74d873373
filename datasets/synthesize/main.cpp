// synthesize: a deterministic archive of invented DICOM objects, of any size, to test and measure
// with.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

#include "datasets/synthesize/object.h"
#include "datasets/synthesize/options.h"
#include "datasets/synthesize/plan.h"

namespace {

using namespace slipring::datasets;

bool write_file(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return false;
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t now = ::write(descriptor, bytes.data() + written, bytes.size() - written);
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) break;
    written += static_cast<std::size_t>(now);
  }
  return ::close(descriptor) == 0 && written == bytes.size();
}

int fail(const std::string& text) {
  std::fprintf(stderr, "synthesize: %s\n", text.c_str());
  return 5;
}

int write_archive(const Options& options) {
  const Plan plan(options);
  ObjectBuilder builder(options);
  std::string last_directory;
  std::uint64_t bytes = 0;
  std::uint64_t defective = 0;
  for (std::uint64_t number = 0; number < options.count; ++number) {
    const ObjectPlan object = plan.object(number);
    const std::string path = options.out + '/' + Plan::path_of(object);
    std::string directory = path.substr(0, path.rfind('/'));
    if (directory != last_directory) {
      std::error_code error;
      std::filesystem::create_directories(directory, error);
      if (error) return fail(directory + ": " + error.message());
      last_directory = std::move(directory);
    }
    const auto& file = builder.build(plan, object);
    if (!write_file(path, file)) return fail(path + ": " + std::generic_category().message(errno));
    bytes += file.size();
    defective += object.defect != Defect::None;
  }
  std::printf("%llu objects, %llu of them defective, %llu bytes in %s\n",
              static_cast<unsigned long long>(options.count),
              static_cast<unsigned long long>(defective), static_cast<unsigned long long>(bytes),
              options.out.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const std::string wrong = parse_options({argv + 1, static_cast<std::size_t>(argc - 1)}, options);
  if (options.help) {
    std::fputs(usage().c_str(), stdout);
    return 0;
  }
  if (!wrong.empty()) {
    std::fprintf(stderr, "synthesize: %s; see synthesize --help\n", wrong.c_str());
    return 2;
  }
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  if (error) return fail(options.out + ": " + error.message());
  if (const int code = write_archive(options); code != 0) return code;
  if (options.sparse_frames == 0) return 0;
  const std::string problem = write_sparse(options, options.out + "/sparse.dcm");
  return problem.empty() ? 0 : fail(problem);
}
