#include "engine/dicom/digest.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <xxhash.h>
#if defined(__x86_64__)
#include <xxh_x86dispatch.h>  // the same functions by the best instructions there are
#endif

#include <cstdio>
#include <cstdlib>

#include "codecs/base/contract.h"

namespace slipring::dicom {

namespace {

#define SLIPRING_TEXT(word) #word
#define SLIPRING_TEXT_OF(macro) SLIPRING_TEXT(macro)
constexpr char kCryptoLibrary[] = "libcrypto.so." SLIPRING_TEXT_OF(OPENSSL_SHLIB_VERSION);

// OpenSSL's library, loaded by the first digest and not with the program: its 21,000 relocations
// took a quarter of the time in which the program starts, and a scan needs no SHA-256.
class Crypto {
 public:
  static const Crypto& get() {
    static const Crypto crypto;
    return crypto;
  }

  decltype(&::EVP_MD_CTX_new) new_context = nullptr;
  decltype(&::EVP_MD_CTX_free) free_context = nullptr;
  decltype(&::EVP_DigestInit_ex) start = nullptr;
  decltype(&::EVP_DigestUpdate) update = nullptr;
  decltype(&::EVP_DigestFinal_ex) finish = nullptr;
  const EVP_MD* algorithm = nullptr;  // fetched once: EVP_sha256() would be looked up at every use

 private:
  Crypto() : library_(::dlopen(kCryptoLibrary, RTLD_NOW | RTLD_LOCAL)) {
    decltype(&::EVP_MD_fetch) fetch = nullptr;
    take(fetch, "EVP_MD_fetch");
    take(new_context, "EVP_MD_CTX_new");
    take(free_context, "EVP_MD_CTX_free");
    take(start, "EVP_DigestInit_ex");
    take(update, "EVP_DigestUpdate");
    take(finish, "EVP_DigestFinal_ex");
    algorithm = fetch(nullptr, "SHA256", nullptr);
    if (algorithm == nullptr) give_up("EVP_MD_fetch(SHA256)");
  }

  template <class Function>
  void take(Function& function, const char* name) const {
    void* const found = library_ == nullptr ? nullptr : ::dlsym(library_, name);
    if (found == nullptr) give_up(name);
    function = reinterpret_cast<Function>(found);
  }

  // As the loader does when a program's library is missing: nothing can be proven without it.
  [[noreturn]] static void give_up(const char* name) {
    std::fprintf(stderr, "slipring: %s: %s is not available\n", kCryptoLibrary, name);
    std::abort();
  }

  void* library_;  // stays loaded
};

}  // namespace

std::string to_hex(Bytes bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

struct Sha256::State {
  const Crypto& crypto = Crypto::get();
  EVP_MD_CTX* context = crypto.new_context();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { crypto.free_context(context); }
  void start() const { EXPECTS(crypto.start(context, crypto.algorithm, nullptr) == 1); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) { state_->start(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(Bytes bytes) {
  if (bytes.empty()) return;
  EXPECTS(state_->crypto.update(state_->context, bytes.data(), bytes.size()) == 1);
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  unsigned length = 0;
  EXPECTS(state_->crypto.finish(state_->context, digest.bytes.data(), &length) == 1);
  EXPECTS(length == digest.bytes.size());
  state_->start();
  return digest;
}

struct Xxh128::State {
  XXH3_state_t* state = XXH3_createState();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { XXH3_freeState(state); }
};

Xxh128::Xxh128() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_->state); }
Xxh128::~Xxh128() = default;
Xxh128::Xxh128(Xxh128&&) noexcept = default;
Xxh128& Xxh128::operator=(Xxh128&&) noexcept = default;

void Xxh128::update(Bytes bytes) {
  if (!bytes.empty()) XXH3_128bits_update(state_->state, bytes.data(), bytes.size());
}

namespace {
Xxh128Digest canonical(XXH128_hash_t hash) {
  XXH128_canonical_t form;
  XXH128_canonicalFromHash(&form, hash);
  Xxh128Digest digest;
  std::copy(std::begin(form.digest), std::end(form.digest), digest.bytes.begin());
  return digest;
}
}  // namespace

Xxh128Digest Xxh128::finish() {
  const Xxh128Digest digest = canonical(XXH3_128bits_digest(state_->state));
  XXH3_128bits_reset(state_->state);
  return digest;
}

Sha256Digest sha256(Bytes bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Xxh128Digest xxh128(Bytes bytes) { return canonical(XXH3_128bits(bytes.data(), bytes.size())); }

}  // namespace slipring::dicom
