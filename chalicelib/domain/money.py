"""Writes amounts. An amount is an integer in the currency's minor unit: 50000 INR is five hundred rupees."""

MIN_AMOUNT = 100
# A JavaScript number is exact up to 2**53 - 1. A receiver that rounds a larger amount would break the signature.
MAX_AMOUNT = 2**53 - 1
DEFAULT_CURRENCY = "INR"
# ISO 4217's code for transactions without a currency.
NO_CURRENCY = "XXX"

# Active codes of ISO 4217 (list one), without funds, precious metals and testing codes.
CURRENCIES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
    """.split()
)
# The digits after the point of ISO 4217's currencies whose minor unit is not a hundredth.
_MINOR_DIGITS = (
    dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0)
    | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
)  # fmt: skip
_USUAL_MINOR_DIGITS = 2


def in_major_unit(amount: int, currency: str) -> str:
    """Writes an amount in minor units with a point: 50000 INR is 500.00, and 500 JPY is 500."""
    digits = _MINOR_DIGITS.get(currency, _USUAL_MINOR_DIGITS)
    if digits == 0:
        return str(amount)
    major, minor = divmod(amount, 10**digits)
    return f"{major}.{minor:0{digits}}"
