// SPDX-License-Identifier: MIT OR Apache-2.0
// What `althing load` calls. Compiled with solc 0.8.37, evmVersion paris, optimizer 200 runs, no metadata.
pragma solidity ^0.8.20;

/// An ERC-20 token whose maker deals it out and sets allowances in bulk, so that a load is set up
/// with few transactions.
contract Token {
    string public constant name = "Load";
    string public constant symbol = "LOAD";
    uint8 public constant decimals = 18;

    address private immutable maker = msg.sender;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    error Insufficient(uint256 has, uint256 needs);
    error OnlyMaker();

    function deal(address[] calldata owners, uint256 amount, address spender) external {
        if (msg.sender != maker) revert OnlyMaker();
        for (uint256 i = 0; i < owners.length; i++) {
            balanceOf[owners[i]] += amount;
            emit Transfer(address(0), owners[i], amount);
            if (spender != address(0)) {
                allowance[owners[i]][spender] = type(uint256).max;
                emit Approval(owners[i], spender, type(uint256).max);
            }
        }
        totalSupply += amount * owners.length;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed < value) revert Insufficient(allowed, value);
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - value;
        move(from, to, value);
        return true;
    }

    function move(address from, address to, uint256 value) private {
        uint256 balance = balanceOf[from];
        if (balance < value) revert Insufficient(balance, value);
        unchecked {
            balanceOf[from] = balance - value;
            balanceOf[to] += value;
        }
        emit Transfer(from, to, value);
    }
}

/// A constant-product pair: takes one token, gives the other less 0.3 %.
contract Pair {
    Token public immutable token0;
    Token public immutable token1;
    uint112 public reserve0;
    uint112 public reserve1;

    event Swap(address indexed sender, bool indexed zeroForOne, uint256 amountIn, uint256 amountOut);
    event Sync(uint112 reserve0, uint112 reserve1);

    constructor(Token a, Token b) {
        token0 = a;
        token1 = b;
    }

    /// Takes what was dealt to this contract as its reserves.
    function sync() public {
        reserve0 = uint112(token0.balanceOf(address(this)));
        reserve1 = uint112(token1.balanceOf(address(this)));
        emit Sync(reserve0, reserve1);
    }

    function swap(bool zeroForOne, uint256 amountIn) external returns (uint256 amountOut) {
        (uint256 has, uint256 gives) = zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        (Token taken, Token given) = zeroForOne ? (token0, token1) : (token1, token0);
        uint256 paid = amountIn * 997;
        amountOut = (gives * paid) / (has * 1000 + paid);
        taken.transferFrom(msg.sender, address(this), amountIn);
        given.transfer(msg.sender, amountOut);
        sync();
        emit Swap(msg.sender, zeroForOne, amountIn, amountOut);
    }
}
