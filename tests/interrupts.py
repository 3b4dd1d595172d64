"""Code that is not easily interrupted."""

# Python drops the KeyboardInterrupt that ends the first loop.
FINALIZER = "class C:\n  def __del__(self):\n    while True: pass\nC()\nwhile True: pass"
