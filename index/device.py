"""Where to compute, and in which numbers."""


def compute_dtype(device: str) -> str:
    """The torch dtype to compute in: "bfloat16" on CUDA and on CPUs that have it in hardware, else "float32".

    On two cores a product runs at 1.5 GFLOPS in bfloat16 and 140 in float32 without AVX-512-bf16 or AMX, at 960 and
    200 with it.
    """
    import torch

    if device.startswith("cuda"):
        return "bfloat16"
    if device == "cpu" and (torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()):
        return "bfloat16"
    return "float32"


def best_device(device: str) -> str:
    """``device``, or for "auto" "cuda" where there is one, else "cpu"."""
    import torch

    return ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
