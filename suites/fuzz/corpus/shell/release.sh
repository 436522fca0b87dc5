set -euo pipefail
VERSION="${GITHUB_REF#refs/tags/}"; SHA=$(curl -sL "https://x/$VERSION.tar.gz" | sha256sum | cut -d' ' -f1)
echo "sha=$SHA" >> "$GITHUB_OUTPUT"
cat > f.rb <<EOF
  url "$VERSION" `date` $((1+2))
EOF
for f in a{1..3} *.txt; do [ -f "$f" ] || continue; done
