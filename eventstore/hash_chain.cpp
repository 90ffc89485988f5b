#include <new>

#include <openssl/evp.h>

#include <muster/eventstore/hash_chain.hpp>

namespace muster {

struct Hasher::Context {
  struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  struct FreeAlgorithm {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
  };
  // Fetched once: looking the algorithm up costs more than hashing a commit.
  std::unique_ptr<EVP_MD, FreeAlgorithm> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
};

Hasher::Hasher() : context_(std::make_unique<Context>()) {
  if (!context_->algorithm || !context_->context) throw std::bad_alloc{};
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Digest Hasher::sha256(std::initializer_list<std::string_view> parts) {
  EVP_MD_CTX* context = context_->context.get();
  Digest digest;
  bool done = EVP_DigestInit_ex2(context, context_->algorithm.get(), nullptr) == 1;
  for (const std::string_view part : parts)
    done = done && EVP_DigestUpdate(context, part.data(), part.size()) == 1;
  if (!done || EVP_DigestFinal_ex(context, digest.data(), nullptr) != 1) throw std::bad_alloc{};
  return digest;
}

Digest Hasher::chain(const Digest& previous, std::string_view head, std::string_view body) {
  const Digest head_digest = sha256({head});
  const Digest body_digest = sha256({body});
  return sha256({"muster.commit.1", bytes_of(previous), bytes_of(head_digest), bytes_of(body_digest)});
}

}  // namespace muster
