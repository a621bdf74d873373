#include "engine/dimse/transport/tls.h"

#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/opensslv.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <utility>

#include "codecs/base/contract.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::dimse {

namespace {

#define SLIPRING_TEXT(word) #word
#define SLIPRING_TEXT_OF(macro) SLIPRING_TEXT(macro)
constexpr char kSslLibrary[] = "libssl.so." SLIPRING_TEXT_OF(OPENSSL_SHLIB_VERSION);

// Functions of libssl, and of libcrypto, which comes with it, under their own names.
struct Ssl {
  decltype(&::BIO_ctrl) BIO_ctrl = nullptr;
  decltype(&::BIO_new) BIO_new = nullptr;
  decltype(&::BIO_read) BIO_read = nullptr;
  decltype(&::BIO_s_mem) BIO_s_mem = nullptr;
  decltype(&::BIO_write) BIO_write = nullptr;
  decltype(&::ERR_clear_error) ERR_clear_error = nullptr;
  decltype(&::ERR_peek_error) ERR_peek_error = nullptr;
  decltype(&::ERR_peek_last_error) ERR_peek_last_error = nullptr;
  decltype(&::SSL_CTX_check_private_key) SSL_CTX_check_private_key = nullptr;
  decltype(&::SSL_CTX_ctrl) SSL_CTX_ctrl = nullptr;
  decltype(&::SSL_CTX_free) SSL_CTX_free = nullptr;
  decltype(&::SSL_CTX_load_verify_locations) SSL_CTX_load_verify_locations = nullptr;
  decltype(&::SSL_CTX_new) SSL_CTX_new = nullptr;
  decltype(&::SSL_CTX_set_cipher_list) SSL_CTX_set_cipher_list = nullptr;
  decltype(&::SSL_CTX_set_client_CA_list) SSL_CTX_set_client_CA_list = nullptr;
  decltype(&::SSL_CTX_set_default_passwd_cb) SSL_CTX_set_default_passwd_cb = nullptr;
  decltype(&::SSL_CTX_set_default_verify_paths) SSL_CTX_set_default_verify_paths = nullptr;
  decltype(&::SSL_CTX_set_verify) SSL_CTX_set_verify = nullptr;
  decltype(&::SSL_CTX_use_PrivateKey_file) SSL_CTX_use_PrivateKey_file = nullptr;
  decltype(&::SSL_CTX_use_certificate_chain_file) SSL_CTX_use_certificate_chain_file = nullptr;
  decltype(&::SSL_ctrl) SSL_ctrl = nullptr;
  decltype(&::SSL_do_handshake) SSL_do_handshake = nullptr;
  decltype(&::SSL_free) SSL_free = nullptr;
  decltype(&::SSL_get0_param) SSL_get0_param = nullptr;
  decltype(&::SSL_get_error) SSL_get_error = nullptr;
  decltype(&::SSL_get_verify_result) SSL_get_verify_result = nullptr;
  decltype(&::SSL_load_client_CA_file) SSL_load_client_CA_file = nullptr;
  decltype(&::SSL_new) SSL_new = nullptr;
  decltype(&::SSL_pending) SSL_pending = nullptr;
  decltype(&::SSL_read) SSL_read = nullptr;
  decltype(&::SSL_set_accept_state) SSL_set_accept_state = nullptr;
  decltype(&::SSL_set_bio) SSL_set_bio = nullptr;
  decltype(&::SSL_set_connect_state) SSL_set_connect_state = nullptr;
  decltype(&::SSL_shutdown) SSL_shutdown = nullptr;
  decltype(&::SSL_write) SSL_write = nullptr;
  decltype(&::TLS_client_method) TLS_client_method = nullptr;
  decltype(&::TLS_server_method) TLS_server_method = nullptr;
  decltype(&::X509_VERIFY_PARAM_set1_host) X509_VERIFY_PARAM_set1_host = nullptr;
  decltype(&::X509_VERIFY_PARAM_set1_ip_asc) X509_VERIFY_PARAM_set1_ip_asc = nullptr;
  decltype(&::X509_VERIFY_PARAM_set_hostflags) X509_VERIFY_PARAM_set_hostflags = nullptr;
  decltype(&::X509_verify_cert_error_string) X509_verify_cert_error_string = nullptr;
  bool complete = false;

  static const Ssl& get() {
    static const Ssl ssl;
    return ssl;
  }

 private:
  Ssl() : library_(::dlopen(kSslLibrary, RTLD_NOW | RTLD_LOCAL)) {
    complete = library_ != nullptr;
    take(BIO_ctrl, "BIO_ctrl");
    take(BIO_new, "BIO_new");
    take(BIO_read, "BIO_read");
    take(BIO_s_mem, "BIO_s_mem");
    take(BIO_write, "BIO_write");
    take(ERR_clear_error, "ERR_clear_error");
    take(ERR_peek_error, "ERR_peek_error");
    take(ERR_peek_last_error, "ERR_peek_last_error");
    take(SSL_CTX_check_private_key, "SSL_CTX_check_private_key");
    take(SSL_CTX_ctrl, "SSL_CTX_ctrl");
    take(SSL_CTX_free, "SSL_CTX_free");
    take(SSL_CTX_load_verify_locations, "SSL_CTX_load_verify_locations");
    take(SSL_CTX_new, "SSL_CTX_new");
    take(SSL_CTX_set_cipher_list, "SSL_CTX_set_cipher_list");
    take(SSL_CTX_set_client_CA_list, "SSL_CTX_set_client_CA_list");
    take(SSL_CTX_set_default_passwd_cb, "SSL_CTX_set_default_passwd_cb");
    take(SSL_CTX_set_default_verify_paths, "SSL_CTX_set_default_verify_paths");
    take(SSL_CTX_set_verify, "SSL_CTX_set_verify");
    take(SSL_CTX_use_PrivateKey_file, "SSL_CTX_use_PrivateKey_file");
    take(SSL_CTX_use_certificate_chain_file, "SSL_CTX_use_certificate_chain_file");
    take(SSL_ctrl, "SSL_ctrl");
    take(SSL_do_handshake, "SSL_do_handshake");
    take(SSL_free, "SSL_free");
    take(SSL_get0_param, "SSL_get0_param");
    take(SSL_get_error, "SSL_get_error");
    take(SSL_get_verify_result, "SSL_get_verify_result");
    take(SSL_load_client_CA_file, "SSL_load_client_CA_file");
    take(SSL_new, "SSL_new");
    take(SSL_pending, "SSL_pending");
    take(SSL_read, "SSL_read");
    take(SSL_set_accept_state, "SSL_set_accept_state");
    take(SSL_set_bio, "SSL_set_bio");
    take(SSL_set_connect_state, "SSL_set_connect_state");
    take(SSL_shutdown, "SSL_shutdown");
    take(SSL_write, "SSL_write");
    take(TLS_client_method, "TLS_client_method");
    take(TLS_server_method, "TLS_server_method");
    take(X509_VERIFY_PARAM_set1_host, "X509_VERIFY_PARAM_set1_host");
    take(X509_VERIFY_PARAM_set1_ip_asc, "X509_VERIFY_PARAM_set1_ip_asc");
    take(X509_VERIFY_PARAM_set_hostflags, "X509_VERIFY_PARAM_set_hostflags");
    take(X509_verify_cert_error_string, "X509_verify_cert_error_string");
  }

  template <class Function>
  void take(Function& function, const char* name) {
    void* const found = library_ == nullptr ? nullptr : ::dlsym(library_, name);
    complete = complete && found != nullptr;
    function = reinterpret_cast<Function>(found);
  }

  void* library_;
};

struct SslFree {
  void operator()(SSL* session) const { Ssl::get().SSL_free(session); }
};
using Session = std::unique_ptr<SSL, SslFree>;

// A key with a passphrase is no key for us: nobody is there to be asked.
int no_passphrase(char*, int, int, void*) { return 0; }

// ---------------------------------------------------------------- the stream

// OpenSSL over memory: its records go to and come from the stream below by our own hands, so that
// deadlines, interrupts and MSG_NOSIGNAL hold as without TLS.
class TlsStream final : public Stream {
 public:
  TlsStream(std::shared_ptr<void> keeps, Session session, std::unique_ptr<Stream> under)
      : context_(std::move(keeps)),
        session_(std::move(session)),
        under_(std::move(under)),
        from_peer_(ssl_.BIO_new(ssl_.BIO_s_mem())),
        to_peer_(ssl_.BIO_new(ssl_.BIO_s_mem())) {
    ssl_.SSL_set_bio(session_.get(), from_peer_, to_peer_);  // owns both
  }

  Result<void> shake_hands(Deadline deadline) {
    while (true) {
      ssl_.ERR_clear_error();
      const int done = ssl_.SSL_do_handshake(session_.get());
      const int why = done == 1 ? SSL_ERROR_NONE : ssl_.SSL_get_error(session_.get(), done);
      const auto flushed = flush(deadline);
      if (done != 1 && why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
        return handshake_error();
      TRY(flushed);
      if (done == 1) return {};
      TRY(feed(deadline, "the peer closed the connection in the TLS handshake"));
    }
  }

  Result<void> send(std::span<const Bytes> pieces, Deadline deadline) override {
    std::size_t staged = 0;
    for (Bytes piece : pieces) {
      while (!piece.empty()) {
        const std::size_t taken = std::min(piece.size(), stage_.size() - staged);
        std::copy_n(piece.begin(), taken, stage_.begin() + static_cast<std::ptrdiff_t>(staged));
        staged += taken;
        piece = piece.subspan(taken);
        if (staged == stage_.size()) TRY(write(std::exchange(staged, 0), deadline));
      }
    }
    if (staged != 0) TRY(write(staged, deadline));
    return flush(deadline);
  }

  Result<std::size_t> receive(MutableBytes into, Deadline deadline) override {
    while (true) {
      ssl_.ERR_clear_error();
      const int got = ssl_.SSL_read(session_.get(), into.data(),
                                    static_cast<int>(std::min(into.size(), kReadMax)));
      if (got > 0) return static_cast<std::size_t>(got);
      const int why = ssl_.SSL_get_error(session_.get(), got);
      TRY(flush(deadline));
      if (why == SSL_ERROR_ZERO_RETURN) return 0;
      if (why != SSL_ERROR_WANT_READ) return refused("the peer broke the TLS protocol");
      // Without a closing alert the end may be an attacker's (RFC 8446 6.1): an error, not an end.
      TRY(feed(deadline, "the peer closed the connection"));
    }
  }

  [[nodiscard]] bool readable() override {
    return ssl_.SSL_pending(session_.get()) > 0 || from_peer_has_bytes() || under_->readable();
  }

  void finish() override {
    ssl_.ERR_clear_error();
    ssl_.SSL_shutdown(session_.get());
    // A peer that does not take the farewell is gone already.
    [[maybe_unused]] const Result<void> told = flush(Deadline::after(Milliseconds(100)));
    under_->finish();
  }

  [[nodiscard]] std::string peer() const override { return under_->peer(); }

 private:
  static constexpr std::size_t kRecordBytes = 16 << 10;  // RFC 8446 5.1
  static constexpr std::size_t kReadMax = 1 << 30;
  static constexpr std::size_t kFlushBytes = 256 << 10;

  Result<void> write(std::size_t size_bytes, Deadline deadline) {
    ssl_.ERR_clear_error();
    const int wrote = ssl_.SSL_write(session_.get(), stage_.data(), static_cast<int>(size_bytes));
    if (wrote != static_cast<int>(size_bytes)) return refused("TLS could not send");
    if (ssl_.BIO_ctrl(to_peer_, BIO_CTRL_PENDING, 0, nullptr) >= long{kFlushBytes})
      return flush(deadline);
    return {};
  }

  Result<void> flush(Deadline deadline) {
    while (true) {
      const int got = ssl_.BIO_read(to_peer_, bytes_.data(), static_cast<int>(bytes_.size()));
      if (got <= 0) return {};
      const Bytes piece(bytes_.data(), static_cast<std::size_t>(got));
      TRY(under_->send({&piece, 1}, deadline));
    }
  }

  Result<void> feed(Deadline deadline, std::string_view at_end) {
    if (deadline.passed()) return timed_out("the peer sends TLS too slowly");
    TRY_ASSIGN(const std::size_t got, under_->receive(bytes_, deadline));
    if (got == 0) return closed(at_end);
    EXPECTS(ssl_.BIO_write(from_peer_, bytes_.data(), static_cast<int>(got)) ==
            static_cast<int>(got));
    return {};
  }

  [[nodiscard]] bool from_peer_has_bytes() const {
    return ssl_.BIO_ctrl(from_peer_, BIO_CTRL_PENDING, 0, nullptr) > 0;
  }

  // TLS 1.3 lets a client believe that it is through before the server has looked at its
  // certificate: the refusal comes as an alert to the first read.
  std::unexpected<Error> refused(std::string_view what) {
    const int reason = ERR_GET_REASON(ssl_.ERR_peek_last_error());
    if (reason >= SSL_AD_REASON_OFFSET) return untrusted("the peer refused our certificate or TLS");
    return fail(ErrorCode::Malformed, kNoOffset, what, 0, static_cast<std::uint64_t>(reason));
  }

  std::unexpected<Error> handshake_error() {
    const auto error = ssl_.ERR_peek_error();
    const long verified = ssl_.SSL_get_verify_result(session_.get());
    switch (ERR_GET_REASON(error)) {
      case SSL_R_CERTIFICATE_VERIFY_FAILED:
        return untrusted(ssl_.X509_verify_cert_error_string(verified), static_cast<int>(verified));
      case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
        return untrusted("the peer has no certificate");
      case SSL_R_WRONG_VERSION_NUMBER:
      case SSL_R_HTTP_REQUEST:
        return untrusted("the peer does not speak TLS");
      case SSL_R_UNSUPPORTED_PROTOCOL:
      case SSL_R_VERSION_TOO_LOW:
      case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return untrusted("the peer offers no TLS version from 1.2 on");
      case SSL_R_NO_SHARED_CIPHER:
      case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
        return untrusted("no cipher suite in common with the peer");
      default:
        break;
    }
    if (ERR_GET_REASON(error) >= SSL_AD_REASON_OFFSET)
      return untrusted("the peer refused our certificate or TLS");
    return untrusted("the TLS handshake failed");
  }

  const Ssl& ssl_ = Ssl::get();
  std::shared_ptr<void> context_;
  Session session_;
  std::unique_ptr<Stream> under_;
  BIO* from_peer_;
  BIO* to_peer_;
  std::array<std::uint8_t, kRecordBytes> stage_;
  std::array<std::uint8_t, 4 * kRecordBytes> bytes_;
};

}  // namespace

// ---------------------------------------------------------------- the context

struct TlsContext::State {
  std::shared_ptr<SSL_CTX> context;
  bool is_client = true;
  bool verify = true;

  Result<void> read(const TlsOptions& options);
  Result<void> read_key(const TlsOptions& options);
  Result<void> read_authorities(const TlsOptions& options);
};

namespace {

std::unexpected<Error> not_pem(const std::string& path, std::string_view what) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0)
    return fail(ErrorCode::Io, kNoOffset, what, 0, static_cast<std::uint64_t>(errno));
  return fail(ErrorCode::Malformed, kNoOffset, what);
}

bool is_open_to_others(const std::string& path) {
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0 && (found.st_mode & 077U) != 0;
}

std::vector<std::string> warnings_about(const TlsOptions& options) {
  if (options.key.empty() || !is_open_to_others(options.key)) return {};
  return {options.key + ": others may read this key: chmod 600"};
}

}  // namespace

Result<void> TlsContext::State::read_key(const TlsOptions& options) {
  const Ssl& ssl = Ssl::get();
  ssl.SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  if (ssl.SSL_CTX_use_certificate_chain_file(context.get(), options.certificate.c_str()) != 1)
    return not_pem(options.certificate, "no certificate can be read from the file of --cert");
  if (ssl.SSL_CTX_use_PrivateKey_file(context.get(), options.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return not_pem(options.key,
                   "no key can be read from the file of --key, or it is another certificate's");
  if (ssl.SSL_CTX_check_private_key(context.get()) != 1)
    return fail(ErrorCode::Malformed, kNoOffset, "the key is not the certificate's");
  return {};
}

Result<void> TlsContext::State::read_authorities(const TlsOptions& options) {
  const Ssl& ssl = Ssl::get();
  if (options.ca_file.empty()) {
    if (is_client) ssl.SSL_CTX_set_default_verify_paths(context.get());
    return {};
  }
  if (ssl.SSL_CTX_load_verify_locations(context.get(), options.ca_file.c_str(), nullptr) != 1)
    return not_pem(options.ca_file, "no certificate can be read from the file of --cafile");
  if (!is_client)  // told to clients, so that they choose the right one of theirs
    ssl.SSL_CTX_set_client_CA_list(context.get(),
                                   ssl.SSL_load_client_CA_file(options.ca_file.c_str()));
  return {};
}

Result<void> TlsContext::State::read(const TlsOptions& options) {
  const Ssl& ssl = Ssl::get();
  if (!ssl.complete) return fail(ErrorCode::Io, kNoOffset, "TLS needs OpenSSL's libssl", 0, ENOENT);
  context.reset(ssl.SSL_CTX_new(is_client ? ssl.TLS_client_method() : ssl.TLS_server_method()),
                ssl.SSL_CTX_free);
  EXPECTS(context != nullptr);
  EXPECTS(ssl.SSL_CTX_ctrl(context.get(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION,
                           nullptr) == 1);
  // Of TLS 1.2 only forward secrecy and authenticated encryption (RFC 9325 4.2).
  EXPECTS(ssl.SSL_CTX_set_cipher_list(context.get(),
                                      "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:!aNULL:!eNULL") == 1);
  const bool has_key = !options.key.empty() || !options.certificate.empty();
  if (!is_client && !has_key)
    return fail(ErrorCode::Malformed, kNoOffset, "a TLS server needs --key and --cert");
  if (has_key) TRY(read_key(options));
  TRY(read_authorities(options));
  verify = options.verify_peer && (is_client || !options.ca_file.empty());
  const int mode = !verify ? SSL_VERIFY_NONE
                           : SSL_VERIFY_PEER | (is_client ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
  ssl.SSL_CTX_set_verify(context.get(), mode, nullptr);
  return {};
}

TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::client(const TlsOptions& options) {
  std::shared_ptr<TlsContext> made(new TlsContext);
  made->state_ = std::make_unique<State>();
  TRY(made->state_->read(options));
  made->warnings_ = warnings_about(options);
  return made;
}

Result<std::shared_ptr<TlsContext>> TlsContext::server(const TlsOptions& options) {
  std::shared_ptr<TlsContext> made(new TlsContext);
  made->state_ = std::make_unique<State>();
  made->state_->is_client = false;
  TRY(made->state_->read(options));
  made->warnings_ = warnings_about(options);
  return made;
}

namespace {

// What the certificate must say: an address where one was given, else the name, which is also told
// to the server (RFC 6066).
void expect_name(SSL* session, const std::string& name, bool verify) {
  const Ssl& ssl = Ssl::get();
  X509_VERIFY_PARAM* const expected = ssl.SSL_get0_param(session);
  if (verify && ssl.X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str()) == 1) return;
  if (verify) {
    ssl.X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    EXPECTS(ssl.X509_VERIFY_PARAM_set1_host(expected, name.data(), name.size()) == 1);
  }
  ssl.SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               const_cast<char*>(name.c_str()));
}

}  // namespace

Result<std::unique_ptr<Stream>> TlsContext::wrap(std::unique_ptr<Stream> under,
                                                 const std::string& peer_name,
                                                 Deadline deadline) const {
  const Ssl& ssl = Ssl::get();
  Session session(ssl.SSL_new(state_->context.get()));
  EXPECTS(session != nullptr);
  if (state_->is_client) {
    if (state_->verify && peer_name.empty())
      return untrusted("no name to hold the peer's certificate against");
    expect_name(session.get(), peer_name, state_->verify);
    ssl.SSL_set_connect_state(session.get());
  } else {
    ssl.SSL_set_accept_state(session.get());
  }
  auto stream = std::make_unique<TlsStream>(state_->context, std::move(session), std::move(under));
  TRY(stream->shake_hands(deadline));
  return stream;
}

}  // namespace slipring::dimse
